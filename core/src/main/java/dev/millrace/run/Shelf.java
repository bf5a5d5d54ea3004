package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The conversations of one owner, as the owner's shelf stream tells them.
 *
 * @param sessions newest first
 */
public record Shelf(List<Session> sessions) {

    private static final String ADDED = "session";
    private static final String TITLED = "titled";
    private static final String ERASED = "erased";

    /**
     * @param title the beginning of its first question, unless its owner gave it another
     * @param createdMillis since the Unix epoch
     */
    public record Session(String id, String title, long createdMillis) {}

    public static Event added(String session, String title) {
        return event(ADDED, session, title);
    }

    public static Event titled(String session, String title) {
        return event(TITLED, session, title);
    }

    private static Event event(String type, String session, String title) {
        return Event.of(
                type,
                new JsonObject().put("session", session).put("title", title).toBuffer());
    }

    public static Event erased(String session) {
        return Event.of(ERASED, new JsonObject().put("session", session).toBuffer());
    }

    public static Shelf of(List<Entry> entries) {
        Map<String, Session> sessions = new LinkedHashMap<>();
        for (Entry entry : entries) {
            JsonObject json = new JsonObject(entry.data());
            String id = json.getString("session");
            if (entry.type().equals(ADDED)) {
                sessions.put(
                        id, new Session(id, json.getString("title"), entry.id().millis()));
            } else if (entry.type().equals(TITLED)) {
                sessions.computeIfPresent(
                        id, (known, before) -> new Session(id, json.getString("title"), before.createdMillis()));
            } else if (entry.type().equals(ERASED)) {
                sessions.remove(id);
            }
        }
        List<Session> newestFirst = new ArrayList<>(sessions.values());
        Collections.reverse(newestFirst);
        return new Shelf(List.copyOf(newestFirst));
    }

    public Optional<Session> session(String id) {
        return sessions.stream().filter(session -> session.id().equals(id)).findFirst();
    }
}

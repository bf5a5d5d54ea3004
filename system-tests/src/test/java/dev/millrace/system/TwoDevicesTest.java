package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person with two devices, each at a node of its own. The second is told nothing by the first: it reads the events of the
 * session, and does what they say.
 */
@Timeout(60)
class TwoDevicesTest {

    @TempDir
    static Path folder;

    private static Redis redis;
    private static Fleet fleet;
    private static SseClient phone;
    private static SseClient laptop;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        phone = fleet.here(List.of(new ChatRole())).client("ada");
        laptop = fleet.here(List.of(new ChatRole(), new EventsRole())).client("ada");
        fleet.here(List.of(new AgentRole()));
        fleet.here(List.of(new AgentRole()));
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    /** What the second device has: the events that came, the runs they led it to, and what it read when they said so. */
    private static final class Follower {

        final SseStream feed;
        final String path;
        int seen;

        Follower(String session) {
            path = "/api/chat/sessions/" + session;
            feed = laptop.watch("/api/events?feed=main&subject=session/" + session)
                    .awaitOpening();
        }

        /** The next events, each as its type and what of its data a device acts on. */
        List<String> next(int count) {
            List<String> next = new ArrayList<>();
            feed.awaitEvents(seen + count).events().subList(seen, seen + count).forEach(event -> {
                JsonObject data = new JsonObject(event.data()).getJsonObject("data");
                String of = data.getString("author", data.getString("changed", data.getString("status", "")));
                next.add((event.type().replace("dev.millrace.", "").replace(".v1", "") + " " + of).strip());
            });
            seen += count;
            return next;
        }

        /** The run that was told of last. */
        String run() {
            return feed.events().stream()
                    .map(event -> new JsonObject(event.data()).getJsonObject("data"))
                    .filter(data -> data.containsKey("run"))
                    .reduce((before, after) -> after)
                    .orElseThrow()
                    .getString("run");
        }

        JsonObject session() {
            return laptop.get(path).json();
        }
    }

    private static JsonObject in(String session) {
        return new JsonObject().put("session", session);
    }

    private static void assertSameRun(SseStream asked, Follower second) {
        assertEquals(asked.run(), second.run());
        SseStream watched = laptop.resume(second.run(), "0-0").awaitEnd();
        assertEquals(asked.awaitEnd().events(), watched.events());
    }

    @Test
    void theSecondSeesQuestionsAnswersEditsTitlesAndTheEndFromTheFeedAlone() {
        List<String> answered = List.of("run.completed completed", "session.message.posted agent");
        String session = phone.ask(Library.SLUICE).awaitEnd().session();
        String path = "/api/chat/sessions/" + session;
        Server.eventually("the answer", () -> phone.get(path).json().getString("active_run") == null);
        Follower second = new Follower(session);

        SseStream asked = phone.ask(in(session).put("message", Library.WHEEL).put("message_id", "q-2"));
        assertEquals(List.of("session.message.posted user", "run.started"), second.next(2));
        assertSameRun(asked, second);
        assertEquals(answered, second.next(2));
        assertEquals(phone.get(path).json(), second.session());
        assertEquals(4, second.session().getJsonArray("messages").size());

        SseStream edited =
                phone.ask(in(session).put("message", Library.LANTERNS).put("edit", "q-2"));
        assertEquals(List.of("session.message.posted user", "session.changed branch", "run.started"), second.next(3));
        assertEquals(
                Library.LANTERNS,
                second.session().getJsonArray("messages").getJsonObject(2).getString("text"));
        assertSameRun(edited, second);
        assertEquals(answered, second.next(2));

        JsonArray messages = second.session().getJsonArray("messages");
        SseStream again = phone.ask(
                in(session).put("regenerate", messages.getJsonObject(3).getString("id")));
        assertEquals(List.of("session.changed branch", "run.started"), second.next(2));
        assertSameRun(again, second);
        assertEquals(answered, second.next(2));
        assertEquals(phone.get(path).json(), second.session());

        phone.patch(path, new JsonObject().put("title", "The mill"));
        assertEquals(List.of("session.changed title"), second.next(1));
        assertEquals("The mill", second.session().getString("title"));

        phone.patch(path, new JsonObject().put("branch", "q-2"));
        assertEquals(List.of("session.changed branch"), second.next(1));
        assertEquals(
                Library.WHEEL,
                second.session().getJsonArray("messages").getJsonObject(2).getString("text"));

        phone.delete(path);
        assertEquals(List.of("session.changed erased"), second.next(1));
        assertEquals(404, laptop.get(path).status());
        second.feed.leave();
    }
}

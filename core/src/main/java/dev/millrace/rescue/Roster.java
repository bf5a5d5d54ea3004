package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which agents have a register: the newest entry of one stream. Of two who write at once one reads again. */
final class Roster {

    private static final StreamName STREAM = StreamName.agent("roster");
    private static final int ATTEMPTS = 32;

    private final StreamLog log;

    Roster(StreamLog log) {
        this.log = log;
    }

    Future<Set<String>> tags() {
        return log.all(STREAM).map(Roster::tags);
    }

    Future<Void> enlist(String tag) {
        return change(tags -> tags.add(tag), ATTEMPTS);
    }

    Future<Void> strike(String tag) {
        return change(tags -> tags.remove(tag), ATTEMPTS);
    }

    /** @param change returns whether it changed anything */
    private Future<Void> change(Predicate<Set<String>> change, int attempts) {
        return log.all(STREAM).compose(entries -> {
            Set<String> tags = tags(entries);
            if (!change.test(tags)) {
                return Future.succeededFuture();
            }
            long seq =
                    entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id().seq();
            Event roster = Event.of(
                    "roster",
                    new JsonObject()
                            .put("agents", new JsonArray(List.copyOf(tags)))
                            .toBuffer());
            return log.append(STREAM, List.of(roster), seq)
                    .<Void>mapEmpty()
                    .recover(cause -> cause instanceof Conflict && attempts > 1
                            ? change(change, attempts - 1)
                            : Future.failedFuture(cause));
        });
    }

    private static Set<String> tags(List<Entry> entries) {
        Set<String> tags = new LinkedHashSet<>();
        if (!entries.isEmpty()) {
            Entry newest = entries.get(entries.size() - 1);
            new JsonObject(newest.data()).getJsonArray("agents").forEach(tag -> tags.add(String.valueOf(tag)));
        }
        return tags;
    }
}

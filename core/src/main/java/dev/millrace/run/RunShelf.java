package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The runs of one owner, as a stream of their ids tells them. How each stands is told by its own stream, so that this is
 * right whoever ended it; one that has no stream was never begun, or is no longer kept.
 *
 * @param runs newest first
 */
public record RunShelf(List<String> runs) {

    public static Event added(String run) {
        return Event.of("run", new JsonObject().put("run", run).toBuffer());
    }

    public static RunShelf of(List<Entry> entries) {
        List<String> runs = new ArrayList<>();
        entries.forEach(entry -> runs.add(new JsonObject(entry.data()).getString("run")));
        Collections.reverse(runs);
        return new RunShelf(List.copyOf(runs));
    }
}

package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands in a register: the runs that an agent has open, each with its owner. */
record OpenRuns(Map<String, Owner> owners) {

    static Event event(Map<String, Owner> owners) {
        JsonObject runs = new JsonObject();
        owners.forEach((run, owner) -> runs.put(run, owner.toJson()));
        return Event.of("open", new JsonObject().put("runs", runs).toBuffer());
    }

    /** Of the agent with this tag; none when it has no register. */
    static Future<OpenRuns> read(StreamLog log, String tag) {
        return log.all(StreamName.agent(tag)).map(OpenRuns::of);
    }

    private static OpenRuns of(List<Entry> entries) {
        Map<String, Owner> owners = new LinkedHashMap<>();
        if (!entries.isEmpty()) {
            Entry newest = entries.get(entries.size() - 1);
            JsonObject runs = new JsonObject(newest.data()).getJsonObject("runs");
            runs.fieldNames().forEach(run -> owners.put(run, Owner.from(runs.getJsonObject(run))));
        }
        return new OpenRuns(owners);
    }
}

package dev.millrace.chat.dialect;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent;
import dev.millrace.watch.Translation;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A run as its log has it, and what a reader of it is told. The seventh event has the id {@code 7-1007}. */
public final class Told {

    private final List<Entry> entries = new ArrayList<>();

    public Told and(RunEvent event) {
        int seq = entries.size() + 1;
        entries.add(new Entry(id(seq), event.type(), event.data()));
        return this;
    }

    /** A status event. @param details its other fields as JSON */
    public Told status(RunEvent.Step step, String details) {
        return and(new RunEvent.Status(step, new JsonObject(details)));
    }

    public Told started() {
        return status(RunEvent.Step.STARTED, "{\"run\":\"run_1\",\"session\":\"ses_1\",\"message\":\"msg_1\"}");
    }

    public Told generating() {
        return and(RunEvent.Status.of(RunEvent.Step.GENERATING));
    }

    public static EventId id(int seq) {
        return seq == 0 ? EventId.BEGINNING : new EventId(seq, 1000 + seq);
    }

    public List<Entry> entries() {
        return entries;
    }

    /** All bytes for a reader who has everything up to an event. */
    public String to(RunEncoder encoder, int after) {
        Translation telling = new Telling(encoder, id(after));
        StringBuilder bytes = new StringBuilder();
        for (Entry entry : entries) {
            bytes.append(telling.of(entry).toString());
            if (telling.isOver()) {
                break;
            }
        }
        return bytes.toString();
    }

    public String to(RunEncoder encoder) {
        return to(encoder, 0);
    }

    /** The same without ids, one frame a line. */
    public String frames(RunEncoder encoder, int after) {
        return frames(to(encoder, after));
    }

    public String frames(RunEncoder encoder) {
        return frames(encoder, 0);
    }

    static String frames(String bytes) {
        return bytes.replaceAll("id: [0-9-]+\n", "").replaceAll("data: ", "").replaceAll("\n\n", "\n");
    }

    /** What the reader is told beside the log, behind the events so far. */
    public String aside(RunEncoder encoder, Notice notice) {
        Translation telling = new Telling(encoder, EventId.BEGINNING);
        entries.forEach(telling::of);
        return frames(telling.of(notice).toString());
    }
}

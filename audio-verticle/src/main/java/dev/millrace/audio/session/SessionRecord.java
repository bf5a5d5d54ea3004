package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.Reading;
import dev.millrace.log.Appender;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * The record of a session: a stream in the log. What is written here is said to the client when it is in the log, with
 * its id, because the session reads its own stream like anybody else. On the session's loop.
 */
final class SessionRecord {

    private static final String TYPE = "type";

    private final Appender appender;
    private final Tail tail;

    /**
     * @param told takes each message as JSON text, in order
     * @param lost is told once when the record cannot go on
     */
    SessionRecord(StreamLog log, String session, Consumer<String> told, Consumer<Throwable> lost) {
        StreamName stream = StreamName.audio(session);
        this.appender = new Appender(log, stream, 0);
        this.tail = log.tail(stream, EventId.BEGINNING);
        tail.exceptionHandler(lost::accept);
        tail.handler(reading -> told.accept(text(reading)));
    }

    Future<Void> write(ServerMessage message) {
        JsonObject json = message.json().copy();
        String type = (String) json.remove(TYPE);
        return appender.append(Event.of(type, json.toBuffer()));
    }

    private static String text(Reading reading) {
        JsonObject json = new JsonObject().put(TYPE, reading.type());
        if (reading instanceof Entry entry) {
            json.put("id", entry.id().toString());
        }
        return json.mergeIn(new JsonObject(reading.data())).encode();
    }

    void close() {
        tail.close();
    }
}

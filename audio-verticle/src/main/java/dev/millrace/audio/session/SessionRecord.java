package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.Reading;
import dev.millrace.log.Appender;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The record of a session: a stream in the log with one writer, its owner. What is written here is said to the client when
 * it is in the log, with its id, because the session reads its own stream like anybody else. So it also hears when
 * somebody else has become the owner. On the session's loop.
 */
final class SessionRecord {

    private static final String TYPE = "type";

    /** What is for the next owner only. */
    private static final Set<String> KEPT = Set.of(SessionState.OWNER, SessionState.ALIVE);

    /** Takes what the record says. */
    interface Reader {

        /** A message for the client, in order. */
        void told(JsonObject message);

        /** The session is somebody else's from now on. At most once, and nothing follows. */
        void takenOver();

        /** The record cannot go on. At most once, and nothing follows. */
        void lost(Throwable cause);
    }

    private final String owner;
    private final Appender appender;
    private final Tail tail;
    private final long since;
    private boolean detached;
    private @Nullable Reader reader;

    /**
     * @param owner who writes from now on, and no other
     * @param seq of the event that says so
     * @param after the last event that the client has
     */
    SessionRecord(StreamLog log, String session, String owner, long seq, EventId after) {
        StreamName stream = StreamName.audio(session);
        this.owner = owner;
        this.since = seq;
        this.appender = new Appender(log, stream, seq);
        this.tail = log.tail(stream, after);
    }

    /** From now on what is in the record is said. */
    void open(Reader to) {
        reader = to;
        tail.exceptionHandler(this::broken);
        tail.handler(reading -> read(reading, to));
    }

    private void read(Reading reading, Reader to) {
        JsonObject json = new JsonObject(reading.data());
        boolean owned = reading.type().equals(SessionState.OWNER);
        if (owned && reading instanceof Entry entry && entry.id().seq() > since && !isOurs(json)) {
            detach();
            to.takenOver();
        } else if (isTold(reading.type())) {
            JsonObject message = new JsonObject().put(TYPE, reading.type());
            if (reading instanceof Entry entry) {
                message.put("id", entry.id().toString());
            }
            to.told(message.mergeIn(json));
        }
    }

    /** A conflict means that somebody else writes: he has made the session his. */
    private void broken(Throwable cause) {
        Reader to = reader;
        if (detached || to == null) {
            return;
        }
        detach();
        if (cause instanceof Conflict) {
            to.takenOver();
        } else {
            to.lost(cause);
        }
    }

    /** Whether what is of this type is for the client. */
    static boolean isTold(String type) {
        return !KEPT.contains(type);
    }

    private boolean isOurs(JsonObject json) {
        return owner.equals(json.getString("owner"));
    }

    /** Writes; done when it is in the log. */
    Future<Void> write(ServerMessage message) {
        return detached
                ? Future.failedFuture("the session is not written here any more")
                : append(message).onFailure(this::broken);
    }

    private Future<Void> append(ServerMessage message) {
        JsonObject json = message.json().copy();
        String type = (String) json.remove(TYPE);
        return appender.append(Event.of(type, json.toBuffer()));
    }

    /** Writes and says nothing more; the session is there to go on with, until {@link #finish}. */
    void detach() {
        detached = true;
        tail.close();
    }

    /** The last word, if the session is still ours to end. */
    Future<Void> finish(String why) {
        detach();
        return append(ServerMessage.of(Entry.LAST_WORD).with("reason", why));
    }
}

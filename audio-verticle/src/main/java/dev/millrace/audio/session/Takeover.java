package dev.millrace.audio.session;

import dev.millrace.audio.wire.ClientMessage.Resume;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.WrongMessage;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Seal;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.OwnedId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session that was cut off ours: proves that its client may, and appends the new owner with the seq that the
 * session was read at. So of two who take it at once the log lets one be first, and whoever wrote before is fenced off.
 */
final class Takeover {

    private static final Pattern SESSION = Pattern.compile("aud_[a-z0-9]{16}");

    /** The old owner may write on while we read. */
    private static final int ATTEMPTS = 20;

    private final StreamLog log;
    private final SessionLimits limits;
    private final String node;
    private final Caller caller;
    private final Resume asked;
    private final StreamName stream;
    private final String owner = OwnedId.randomText();

    Takeover(SessionServices services, Caller caller, Resume asked) {
        this.log = services.log();
        this.limits = services.limits();
        this.node = services.node();
        this.caller = caller;
        this.asked = asked;
        this.stream = StreamName.audio(asked.session());
    }

    /**
     * What a new owner knows.
     *
     * @param seq of the event that makes him the owner
     * @param after the last event that the client has
     * @param replayed how many messages the client is told again
     * @param lost how many it can not be told
     * @param written the text of the last answer, as far as it is written
     */
    record Taken(
            Resume asked,
            String owner,
            SessionState state,
            long seq,
            EventId after,
            long replayed,
            long lost,
            String written) {

        /** Where the speech that was cut off goes on; null when there is none. */
        @Nullable
        SpeechPlace place() {
            PastAnswer answer = state.answer();
            return answer == null
                            || answer.cancelled
                            || answer.silenced
                            || answer.isPlayed(asked.speech(), asked.playedMs())
                    ? null
                    : answer.place(
                            asked.speech(), asked.playedMs(), state.settings().leadMs());
        }
    }

    /** Fails with {@link WrongMessage} for a session that is not there, over, or not the caller's. */
    Future<Taken> take() {
        return SESSION.matcher(asked.session()).matches()
                ? take(ATTEMPTS)
                : Future.failedFuture(WrongMessage.noSession());
    }

    private Future<Taken> take(int attempts) {
        return log.all(stream).compose(entries -> {
            SessionState state = SessionState.of(entries);
            WrongMessage refusal = refusal(state);
            if (refusal != null) {
                return Future.failedFuture(refusal);
            }
            Event event =
                    Event.of(SessionState.OWNER, state.toOwner(owner, node).toBuffer());
            return log.append(stream, List.of(event), state.head().seq())
                    .compose(appended -> taken(state, entries, appended.last().seq()))
                    .recover(cause -> cause instanceof Conflict && attempts > 1
                            ? take(attempts - 1)
                            : Future.failedFuture(cause));
        });
    }

    private @Nullable WrongMessage refusal(SessionState state) {
        if (!state.isOpen()) {
            return WrongMessage.noSession();
        }
        JsonObject token = new Seal(state.key()).open(asked.token()).orElse(null);
        if (token == null
                || !asked.session().equals(token.getString("session"))
                || !caller.tenant().equals(token.getString("tenant"))
                || !caller.subject().equals(token.getString("sub"))) {
            return WrongMessage.closing(
                    CloseCode.FORBIDDEN, "foreign_session", "This resume token is not for you and this session.");
        }
        // A session that lives writes at least every half of the time, so it gets at least the whole.
        long silentFor = System.currentTimeMillis() - state.head().millis();
        return System.currentTimeMillis() >= token.getLong("exp") || silentFor > limits.resumeMs() * 3 / 2
                ? WrongMessage.noSession()
                : null;
    }

    /** What makes it possible to come back: whose it is, for which session, and until when. */
    static String token(SessionState state, String session, Caller caller) {
        return new Seal(state.key())
                .close(new JsonObject()
                        .put("session", session)
                        .put("tenant", caller.tenant())
                        .put("sub", caller.subject())
                        .put("exp", caller.expiresAtMillis()));
    }

    private Future<Taken> taken(SessionState state, List<Entry> entries, long seq) {
        String last = asked.lastEventId();
        EventId known = last == null ? null : EventId.parse(last).orElse(null);
        EventId after = known == null ? EventId.BEGINNING : known;
        return log.read(stream, after, 1).compose(page -> {
            Notice notice = last == null ? null : page.notice(after).orElse(null);
            EventId from =
                    notice == null && last != null ? after : page.extent().before();
            long replayed = entries.stream()
                    .filter(entry -> entry.id().seq() > from.seq() && SessionRecord.isTold(entry.type()))
                    .count();
            return written(state)
                    .map(text -> new Taken(
                            asked, owner, state, seq, from, replayed, notice == null ? 0 : lost(notice), text));
        });
    }

    /** Exact for what retention took; for what a log lost itself, as far as its head tells. */
    private static long lost(Notice notice) {
        if (notice.type().equals(Notice.GAP)) {
            return notice.json().getLong("lost");
        }
        long requested = EventId.parse(notice.json().getString("requested"))
                .orElse(EventId.BEGINNING)
                .seq();
        long head = EventId.parse(notice.json().getString("head"))
                .orElse(EventId.BEGINNING)
                .seq();
        return Math.max(1, requested - head);
    }

    private Future<String> written(SessionState state) {
        PastAnswer answer = state.answer();
        if (answer == null || answer.run == null || answer.cancelled) {
            return Future.succeededFuture("");
        }
        return log.all(StreamName.run(answer.run.run())).map(entries -> {
            StringBuilder text = new StringBuilder();
            for (Entry entry : entries) {
                if (RunEvent.of(entry).orElse(null) instanceof RunEvent.Token token && token.channel() == null) {
                    text.append(token.text());
                }
            }
            return text.toString();
        });
    }
}

package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Heard;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes answers into their conversations, for the agent that gave them and for who steps in for a lost one. */
public final class Answers {

    /** Of two who write to one conversation at once, one has to read again; each time somebody gets ahead. */
    private static final int ATTEMPTS = 20;

    private final StreamLog log;

    public Answers(StreamLog log) {
        this.log = log;
    }

    /**
     * Writes an answer behind its question, if that is there and open: a conversation that was erased meanwhile, on this
     * node or another, must not come back as an answer to nothing.
     *
     * @return whether it was written
     */
    public Future<Boolean> record(String session, Message answer) {
        return append(
                session,
                conversation -> conversation.openRuns().contains(answer.run())
                        ? Optional.of(answer.toEvent())
                        : Optional.empty());
    }

    /**
     * Cuts an answer, which may not be there yet, to what its listener heard of it.
     *
     * @return whether that was written: not where the conversation does not have the run
     */
    public Future<Boolean> heard(String session, String run, String text) {
        return append(
                session,
                conversation -> conversation.runs().contains(run)
                        ? Optional.of(new Heard(run, text).toEvent())
                        : Optional.empty());
    }

    private Future<Boolean> append(String session, Function<Conversation, Optional<Event>> what) {
        return append(StreamName.session(session), what, ATTEMPTS);
    }

    private Future<Boolean> append(StreamName session, Function<Conversation, Optional<Event>> what, int attempts) {
        return log.all(session).compose(entries -> {
            Event event = what.apply(Conversation.of(entries)).orElse(null);
            if (event == null) {
                return Future.succeededFuture(false);
            }
            Entry last = entries.get(entries.size() - 1);
            return log.append(session, List.of(event), last.id().seq())
                    .map(true)
                    .recover(cause -> cause instanceof Conflict && attempts > 1
                            ? append(session, what, attempts - 1)
                            : Future.failedFuture(cause));
        });
    }
}

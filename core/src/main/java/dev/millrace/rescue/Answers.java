package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import io.vertx.core.Future;
import java.util.List;

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
        return record(StreamName.session(session), answer, ATTEMPTS);
    }

    private Future<Boolean> record(StreamName session, Message answer, int attempts) {
        return log.all(session).compose(entries -> {
            if (!Conversation.of(entries).openRuns().contains(answer.run())) {
                return Future.succeededFuture(false);
            }
            Entry last = entries.get(entries.size() - 1);
            return log.append(session, List.of(answer.toEvent()), last.id().seq())
                    .map(true)
                    .recover(cause -> cause instanceof Conflict && attempts > 1
                            ? record(session, answer, attempts - 1)
                            : Future.failedFuture(cause));
        });
    }
}

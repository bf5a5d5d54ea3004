package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent;
import dev.millrace.log.Appender;
import dev.millrace.log.Conflict;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A run's stream as its one writer sees it: what was said, and how much of it the log has. It gets a last word that tells
 * the truth about what stands before it, even when the log has refused some of that.
 *
 * <p>On the run's thread.
 */
final class RunStream {

    private final StreamLog log;
    private final StreamName name;
    private final Handler<Throwable> onRefusal;
    private final Appender appender;
    private final Transcript transcript = new Transcript();
    private Future<Void> last = Future.succeededFuture();
    private int storedLength;
    private int unstored;
    private boolean ended;

    /** @param onRefusal told, perhaps from within an append, when the log does not take an event */
    RunStream(StreamLog log, String run, Handler<Throwable> onRefusal) {
        this.log = log;
        this.name = StreamName.run(run);
        this.onRefusal = onRefusal;
        this.appender = new Appender(log, name, 0);
    }

    /**
     * Says something, unless the last word was asked for.
     *
     * @return completes when all that was said is in the log
     */
    Future<Void> append(Event event) {
        if (!ended) {
            last = appender.append(event);
            last.onFailure(onRefusal);
        }
        return last;
    }

    void token(String text) {
        if (ended) {
            return;
        }
        RunEvent.Token token = transcript.token(text);
        write(token).onSuccess(stored -> storedLength = Math.max(storedLength, token.at() + text.length()));
    }

    void thought(String text) {
        if (!ended) {
            write(transcript.thought(text));
        }
    }

    private Future<Void> write(RunEvent.Token token) {
        unstored += token.text().length();
        return append(token).onComplete(settled -> unstored -= token.text().length());
    }

    /** How much of what was thought and said is still on its way into the log, in UTF-16 units. */
    int unstored() {
        return unstored;
    }

    /** Completes when all that was said is in the log. */
    Future<Void> stored() {
        return last;
    }

    void cite(Delta.Citation citation) {
        append(transcript.cite(citation));
    }

    /** The answer so far; once the last word is asked for and what is under way has arrived, what the log has of it. */
    Transcript transcript() {
        return transcript;
    }

    /** Whether its end was asked for: nothing more is said. */
    boolean isEnded() {
        return ended;
    }

    int readers() {
        return log.readers(name);
    }

    /** Whether it has its last word, whoever gave it, or is no more. */
    Future<Boolean> isOver() {
        return log.head(name).map(extent -> extent.closed() || !extent.exists());
    }

    /**
     * Ends the stream. What is under way arrives or fails first, for only then is it known what the answer is; then
     * everything that is left to say goes in one append, because a full log takes nothing but what ends a stream.
     *
     * @return how it ended, which is not as asked when a whole answer turned out not to be in the log. Fails with {@link
     *     Conflict} when somebody else has ended the stream: the last word was theirs; and with {@link LogUnavailable}
     *     when it is not known what the log has
     */
    Future<Ending> end(Ending asked, Function<Ending, RunEvent.Done> lastWord) {
        ended = true;
        return last.transform(arrived -> {
            if (arrived.cause() instanceof Conflict || arrived.cause() instanceof LogUnavailable) {
                return Future.failedFuture(arrived.cause());
            }
            Ending ending = arrived.succeeded() ? asked : cutShort(asked, arrived.cause());
            List<Event> words = new ArrayList<>(ending.parting());
            words.add(lastWord.apply(ending));
            return log.append(name, words, appender.seq()).map(ending);
        });
    }

    /** No reader has seen what is not in the log, so it is no part of the answer. */
    private Ending cutShort(Ending asked, Throwable cause) {
        transcript.cutTo(storedLength);
        return asked.outcome() == RunEvent.Outcome.COMPLETED ? Ending.notKept(cause) : asked;
    }
}

package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Reading;
import dev.millrace.event.RunEvent;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer as it is written: a run of the agent, read from the log. It ends with {@code agent.done} or {@code
 * agent.cancelled}, and who stops an answer that is done and still spoken gets the other one too. On the session's loop.
 */
final class Response {

    private static final Logger LOG = LoggerFactory.getLogger(Response.class);

    private final int number;
    private final int turn;
    private final SessionServices services;
    private final Outlet outlet;
    private final Consumer<String> written;
    private final Runnable done;
    private final StringBuilder text = new StringBuilder();
    private final Promise<Void> cut = Promise.promise();
    private @Nullable Started run;
    private @Nullable String heard;
    private @Nullable Tail tail;
    private int tokens;
    private boolean over;

    /**
     * @param written takes the answer's text, piece by piece
     * @param done is told when there is no more of it
     */
    Response(int number, int turn, SessionServices services, Outlet outlet, Consumer<String> written, Runnable done) {
        this.number = number;
        this.turn = turn;
        this.services = services;
        this.outlet = outlet;
        this.written = written;
        this.done = done;
    }

    int number() {
        return number;
    }

    int turn() {
        return turn;
    }

    boolean over() {
        return over;
    }

    /** The agent has begun the run. */
    void started(Started begun) {
        run = begun;
        if (over) {
            end(begun, true); // nobody wanted it any more before it had an id
            return;
        }
        outlet.record(message("agent.started")
                .with("turn", turn)
                .with("run", begun.run())
                .with("conversation", begun.session()));
        read(begun.run());
    }

    /**
     * Reads a run that another owner of the session has begun to read.
     *
     * @param done whether the record has its end
     */
    void goOn(Started begun, boolean done) {
        run = begun;
        over = done;
        read(begun.run());
    }

    private void read(String begun) {
        Tail reader =
                services.log().tail(StreamName.run(begun), EventId.BEGINNING).existing();
        tail = reader;
        reader.exceptionHandler(cause -> failed("agent_lost"));
        reader.handler(this::read);
    }

    private void read(Reading reading) {
        RunEvent event = reading instanceof Entry entry ? RunEvent.of(entry).orElse(null) : null;
        if (event instanceof RunEvent.Token token && token.channel() == null) {
            text.append(token.text());
            if (!over) {
                outlet.say(message("agent.token").with("i", tokens++).with("text", token.text()));
            }
            written.accept(token.text());
        } else if (event instanceof RunEvent.Done last) {
            end(last);
        }
    }

    private void end(RunEvent.Done last) {
        if (!over) {
            over = true;
            outlet.record(message("agent.done")
                    .with("turn", turn)
                    .with("text", text.toString())
                    .with("status", last.toJson().getValue("status"))
                    .with("finish", last.finish())
                    .with("usage", last.usage())
                    .with("ttft_ms", last.ttftMillis()));
        }
        done.run();
    }

    /** There is no answer, or no more of it. */
    void failed(String code) {
        if (over) {
            cut.tryComplete();
            return;
        }
        over = true;
        close();
        outlet.record(message("agent.done")
                .with("turn", turn)
                .with("text", text.toString())
                .with("status", "failed")
                .with("finish", code));
        done.run();
    }

    /**
     * Nobody wants the rest. An answer that is written and was still being spoken is cut too.
     *
     * @param text what was heard of it; null when it was not spoken, or to its end
     * @return completes when the conversation says what was heard, or cannot be told
     */
    Future<Void> cancel(@Nullable String text) {
        if (over && text == null) {
            return Future.succeededFuture();
        }
        boolean running = !over;
        over = true;
        heard = text;
        close();
        outlet.record(message("agent.cancelled").with("turn", turn).with("heard_text", text));
        if (run != null) {
            end(run, running);
        } else if (!running) {
            cut.complete(); // it never began
        }
        return cut.future();
    }

    private void end(Started begun, boolean running) {
        if (running) {
            // A run that nobody watches ends by itself a little later, so a lost cancel is only late.
            services.agents().cancel(begun.run()).onFailure(late -> {});
        }
        (heard == null ? Future.<Void>succeededFuture() : services.agents().heard(begun.session(), begun.run(), heard))
                .onFailure(lost -> LOG.warn("run {}: its conversation does not say what was heard", begun.run(), lost))
                .onComplete(told -> cut.tryComplete());
    }

    /** Reads no more. */
    void close() {
        if (tail != null) {
            tail.close();
        }
    }

    private ServerMessage message(String type) {
        return ServerMessage.of(type).with("response", number);
    }
}

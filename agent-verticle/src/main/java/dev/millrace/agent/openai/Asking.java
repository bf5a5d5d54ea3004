package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.ToolsRefused;
import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question, put to one upstream after another until one answers. As long as nobody has seen a piece of the answer it
 * may be asked again, at the same upstream when that may help and then at the next; from the first piece on, what comes is
 * the answer and how it breaks off is its end.
 */
final class Asking implements Outlet.Source, Attempt.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

    private final Upstreams upstreams;
    private final Prompt prompt;
    private final Completion.Style style;
    private final Outlet outlet;
    private Bell wait = Bell.NONE;
    private int next;
    private int retries;
    private boolean paused;
    private boolean answered;
    private @Nullable Upstream upstream;
    private @Nullable Upstream gaveUp;
    private @Nullable Attempt attempt;

    Asking(Context context, Upstreams upstreams, Prompt prompt, Completion.Style style) {
        this.upstreams = upstreams;
        this.prompt = prompt;
        this.style = style;
        this.outlet = new Outlet(context, this);
    }

    Outlet outlet() {
        return outlet;
    }

    /** Asks the first upstream whose circuit lets it, and says so when there is none. */
    void begin(Trouble otherwise) {
        retries = 0;
        while (next < upstreams.size()) {
            Upstream candidate = upstreams.get(next++);
            if (candidate.circuit().admits(clock().millis())) {
                upstream = candidate;
                ask(candidate);
                return;
            }
        }
        outlet.fail(otherwise.failure());
    }

    private void ask(Upstream asked) {
        Buffer body = upstreams
                .requestBody()
                .of(
                        asked.takesTools() ? prompt : prompt.withoutTools(),
                        asked.endpoint().model(),
                        asked.takesStreamOptions())
                .toBuffer();
        Attempt begun = new Attempt(clock(), upstreams.timeouts(), asked.endpoint(), style, this);
        attempt = begun;
        if (paused) {
            begun.pause();
        }
        begun.begin(upstreams.calls(), body);
    }

    private Clock clock() {
        return upstreams.clock();
    }

    @Override
    public void delta(Delta delta) {
        if (!answered) {
            answered = true;
            current().answers(clock().millis());
            if (gaveUp != null) {
                outlet.give(new Delta.Caution(
                        "fallback_model",
                        "The model " + gaveUp.endpoint().model() + " did not answer; this is from "
                                + current().endpoint().model() + "."));
            }
        }
        outlet.give(delta);
    }

    private Upstream current() {
        if (upstream == null) {
            throw new IllegalStateException("nobody was asked");
        }
        return upstream;
    }

    @Override
    public void whole() {
        current().circuit().succeeded();
        attempt = null;
        outlet.end();
    }

    @Override
    public void trouble(Trouble trouble) {
        attempt = null;
        Endpoint endpoint = current().endpoint();
        ModelFailure failure = trouble.failure();
        String sentence = endpoint.conceal(String.valueOf(failure.getMessage()));
        LOG.warn("{}: {} {}", endpoint, failure.code(), sentence);
        Trouble concealed = trouble.saying(sentence);
        if (upstreams.refusesOptions(current(), failure)) {
            ask(current());
        } else if (!prompt.tools().isEmpty() && upstreams.refusesTools(current(), failure)) {
            askWithoutTools();
        } else if (answered) {
            settle(trouble);
            outlet.fail(concealed.failure());
        } else if (mayAskAgain(trouble)) {
            askAgain(trouble);
        } else {
            settle(trouble);
            gaveUp = gaveUp == null ? current() : gaveUp;
            if (trouble.remedy() == Trouble.Remedy.NOBODY) {
                outlet.fail(concealed.failure());
            } else {
                begin(concealed);
            }
        }
    }

    /** If nobody can call tools, that is for the run to know: it can search before it asks. */
    private void askWithoutTools() {
        if (upstreams.takeTools()) {
            ask(current());
        } else {
            current().circuit().abandoned();
            outlet.fail(new ToolsRefused());
        }
    }

    private void settle(Trouble trouble) {
        if (trouble.remedy() == Trouble.Remedy.NOBODY) {
            current().circuit().abandoned();
        } else {
            current().circuit().failed(clock().millis());
        }
    }

    private boolean mayAskAgain(Trouble trouble) {
        return trouble.remedy() == Trouble.Remedy.AGAIN
                && retries < Retries.MOST
                && trouble.waitMillis(0) <= Retries.LONGEST_WAIT_MILLIS;
    }

    private void askAgain(Trouble trouble) {
        long millis = trouble.waitMillis(upstreams.retries().waitMillis(retries));
        retries++;
        Upstream same = current();
        wait = clock().in(Math.max(1, millis), () -> ask(same));
    }

    @Override
    public void pause() {
        paused = true;
        if (attempt != null) {
            attempt.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (attempt != null) {
            attempt.resume();
        }
    }

    @Override
    public void cancel() {
        wait.silence();
        Attempt open = attempt;
        if (open != null) {
            attempt = null;
            open.cancel();
        }
        if (upstream != null && !answered) {
            upstream.circuit().abandoned();
        }
    }
}

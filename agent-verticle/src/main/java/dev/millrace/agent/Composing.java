package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Usage;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer from its prompt: the model writes; where it calls tools, they are called and it writes on with what came of
 * them, and where people have said something meanwhile, with that. On the run's thread.
 */
final class Composing {

    /** Told how it came out, once; not at all after a cancel. */
    interface Listener {

        /** The first token has come. */
        void begun();

        void whole(String finish);

        void failed(Throwable cause);
    }

    /** So much of an answer may be on its way into the log before its model has to wait, in UTF-16 units. */
    static final int MOST_UNSTORED = 64 << 10;

    /** A model that calls tools more often in a row goes in circles: it has to answer with what it has. */
    static final int MOST_ROUNDS = 8;

    private static final String PARTING = "\n\n";

    private final RunStream stream;
    private final Model model;
    private final Calling calling;
    private final Sources sources;
    private final Steering steering;
    private final Listener listener;

    private final List<Delta.ToolCall> calls = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();
    private boolean over;
    private boolean heldBack;
    private boolean begun;
    private @Nullable Prompt prompt;
    private @Nullable Generation generation;
    private Delta.@Nullable Finish finish;
    private @Nullable Usage before;
    private int writtenBefore;

    Composing(RunStream stream, Model model, Calling calling, Sources sources, Steering steering, Listener listener) {
        this.stream = stream;
        this.model = model;
        this.calling = calling;
        this.sources = sources;
        this.steering = steering;
        this.listener = listener;
    }

    void begin(Prompt asked) {
        if (model.marksSources()) {
            sources.number(asked.passages());
        }
        steering.rewind();
        generate(asked);
    }

    /** What people have said since the last time, the model reads now. */
    private void generate(Prompt next) {
        Prompt asked = steering.isEmpty() ? next : next.steered(steering.take());
        stream.append(Status.of(Step.GENERATING));
        if (over) {
            return; // the log has refused one of these
        }
        try {
            prompt = asked;
            finish = null;
            Generation answer = model.generate(asked);
            generation = answer;
            answer.exceptionHandler(this::fail);
            answer.endHandler(end -> roundOver(asked));
            answer.handler(this::delta);
        } catch (RuntimeException e) {
            fail(e); // or nobody would hear of it, and the run would stand until its timeout
        }
    }

    private void fail(Throwable cause) {
        if (!over) {
            listener.failed(cause);
        }
    }

    private void delta(Delta delta) {
        if (over) {
            return;
        }
        if (delta instanceof Delta.Text text) {
            text(text.text());
        } else if (delta instanceof Delta.Reasoning thought) {
            token();
            stream.thought(thought.text());
            holdBack();
        } else if (delta instanceof Delta.ToolCall call) {
            calls.add(call);
        } else if (delta instanceof Delta.Citation citation) {
            stream.cite(citation);
        } else if (delta instanceof Delta.Caution caution) {
            stream.append(new RunEvent.Warning(caution.code(), caution.message()));
        } else if (delta instanceof Delta.Finish last) {
            finish = last;
        }
    }

    /** What is said after tools were called stands apart from what was said before. */
    private void text(String text) {
        boolean apart = said.isEmpty() && stream.transcript().length() > 0;
        String piece = apart ? PARTING + text : text;
        said.append(text);
        token();
        stream.token(piece);
        sources.read(piece).forEach(stream::cite);
        holdBack();
    }

    private void token() {
        if (!begun) {
            begun = true;
            listener.begun();
        }
    }

    /** A log that is behind holds the model back, and nothing else does: a reader that is behind has the log. */
    private void holdBack() {
        Generation answer = generation;
        if (heldBack || answer == null || stream.unstored() < MOST_UNSTORED) {
            return;
        }
        heldBack = true;
        answer.pause();
        stream.stored().onSuccess(caughtUp -> {
            heldBack = false;
            if (!over) {
                answer.resume();
            }
        });
    }

    private void roundOver(Prompt asked) {
        if (over) {
            return;
        }
        boolean callsTools = !calls.isEmpty() && !asked.tools().isEmpty();
        if (!callsTools && steering.isEmpty()) {
            listener.whole(finish == null ? "stop" : finish.reason());
            return;
        }
        before = usage();
        writtenBefore = stream.transcript().written();
        prompt = null;
        List<Delta.ToolCall> round = callsTools ? List.copyOf(calls) : List.of();
        String text = said.toString();
        calls.clear();
        said.setLength(0);
        calling.call(round, asked.tools())
                .onSuccess(results -> goOn(asked.after(new Prompt.Round(text, round, results))))
                .onFailure(this::fail);
    }

    private void goOn(Prompt next) {
        if (over) {
            return;
        }
        if (next.tools().isEmpty() || next.toolRounds() < MOST_ROUNDS) {
            generate(next);
            return;
        }
        stream.append(new RunEvent.Warning(
                "tool_limit", "The model called tools " + MOST_ROUNDS + " times in a row, and has to answer now."));
        generate(next.withoutTools());
    }

    /** What the model counted, over all rounds; for one that was cut off, our own estimate of what it read and wrote. */
    Usage usage() {
        Usage earlier = before;
        if (prompt == null && earlier != null) {
            return earlier; // tools are being called: nothing is read or written
        }
        int read = prompt == null ? 0 : prompt.length();
        Usage now =
                finish == null ? Usage.estimate(read, stream.transcript().written() - writtenBefore) : finish.usage();
        return earlier == null ? now : earlier.plus(now);
    }

    /** The model was asked something else for this answer. */
    void spent(Usage other) {
        Usage earlier = before;
        before = earlier == null ? other : earlier.plus(other);
    }

    /** Stops the model and the tools at once. */
    void cancel() {
        over = true;
        calling.cancel();
        if (generation != null) {
            generation.cancel();
        }
    }
}

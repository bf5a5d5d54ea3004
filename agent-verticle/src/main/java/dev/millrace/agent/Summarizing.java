package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has a model write a text that nobody sees as it comes. Once. On the run's thread. */
final class Summarizing {

    private final Model model;
    private final Consumer<Usage> spent;
    private final StringBuilder text = new StringBuilder();
    private final Promise<String> written = Promise.promise();
    private @Nullable Generation generation;
    private @Nullable Usage usage;

    /** @param spent told what it has cost, before the text is there */
    Summarizing(Model model, Consumer<Usage> spent) {
        this.model = model;
        this.spent = spent;
    }

    /** Fails when the model does, or writes nothing. */
    Future<String> ask(Prompt prompt) {
        try {
            Generation asked = model.generate(prompt);
            generation = asked;
            asked.exceptionHandler(written::tryFail);
            asked.endHandler(end -> whole(prompt));
            asked.handler(this::delta);
        } catch (RuntimeException e) {
            written.fail(e);
        }
        return written.future();
    }

    private void delta(Delta delta) {
        if (delta instanceof Delta.Text more) {
            text.append(more.text());
        } else if (delta instanceof Delta.Finish finish) {
            usage = finish.usage();
        }
    }

    private void whole(Prompt prompt) {
        spent.accept(usage == null ? Usage.estimate(prompt.length(), text.length()) : usage);
        String summary = text.toString().strip();
        if (summary.isEmpty()) {
            written.tryFail("the model wrote nothing");
        } else {
            written.tryComplete(summary);
        }
    }

    /** Nobody waits for it any more. */
    void cancel() {
        if (generation != null) {
            generation.cancel();
        }
    }
}

package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Usage;
import io.vertx.core.Handler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model that says what the test says, even when it was told to stop. */
final class HandModel implements Model {

    final List<Prompt> prompts = new ArrayList<>();
    final List<Speech> speeches = new ArrayList<>();

    boolean callsTools;
    boolean summarizes;

    @Nullable
    RuntimeException broken;

    /** The latest answer. */
    Speech speech() {
        return speeches.get(speeches.size() - 1);
    }

    @Override
    public String name() {
        return "hand";
    }

    @Override
    public boolean callsTools() {
        return callsTools;
    }

    @Override
    public boolean isSteerable() {
        return callsTools;
    }

    @Override
    public boolean summarizes() {
        return summarizes;
    }

    @Override
    public boolean marksSources() {
        return callsTools;
    }

    @Override
    public Generation generate(Prompt prompt) {
        if (broken != null) {
            throw broken;
        }
        prompts.add(prompt);
        speeches.add(new Speech());
        return speech();
    }

    static final class Speech implements Generation {

        int cancels;
        boolean paused;

        private @Nullable Handler<Delta> onDelta;
        private @Nullable Handler<Throwable> onException;
        private @Nullable Handler<Void> onEnd;

        Speech say(String text) {
            return give(new Delta.Text(text));
        }

        Speech give(Delta delta) {
            if (onDelta != null) {
                onDelta.handle(delta);
            }
            return this;
        }

        Speech call(String id, String name, String arguments) {
            return give(new Delta.ToolCall(id, name, arguments));
        }

        void finish(String reason) {
            give(new Delta.Finish(reason, new Usage(31, 42, false)));
            end();
        }

        void end() {
            if (onEnd != null) {
                onEnd.handle(null);
            }
        }

        void fail() {
            fail(new IllegalStateException("the model broke, as the test wants"));
        }

        void fail(RuntimeException cause) {
            if (onException != null) {
                onException.handle(cause);
            }
        }

        @Override
        public void cancel() {
            cancels++;
        }

        @Override
        public Generation handler(@Nullable Handler<Delta> handler) {
            onDelta = handler;
            return this;
        }

        @Override
        public Generation endHandler(@Nullable Handler<Void> handler) {
            onEnd = handler;
            return this;
        }

        @Override
        public Generation exceptionHandler(@Nullable Handler<Throwable> handler) {
            onException = handler;
            return this;
        }

        @Override
        public Generation pause() {
            paused = true;
            return this;
        }

        @Override
        public Generation resume() {
            paused = false;
            return this;
        }

        @Override
        public Generation fetch(long amount) {
            return this;
        }
    }
}

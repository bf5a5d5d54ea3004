package dev.millrace.agent.openai;

import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.time.Clock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Answers with a model behind an API. Several are asked in their order: the next where one does not answer. The call is
 * under way when {@link #generate} returns, and a cancelled answer closes its connection at once.
 */
public final class UpstreamModel implements Model {

    /**
     * How models are asked.
     *
     * @param endpoints in the order they are asked, at least one
     * @param systemPrompt what each conversation begins with; empty for nothing
     * @param thinkTags whether thoughts stand in the text, between think tags
     * @param connections at once, to each server
     */
    public record Config(
            List<Endpoint> endpoints, String systemPrompt, boolean thinkTags, Timeouts timeouts, int connections) {}

    private final Vertx vertx;
    private final Config config;
    private final Calls calls;
    private final Upstreams upstreams;

    public UpstreamModel(Vertx vertx, Config config) {
        this(vertx, config, Clock.system(vertx), RandomGenerator.getDefault());
    }

    UpstreamModel(Vertx vertx, Config config, Clock clock, RandomGenerator random) {
        this.vertx = vertx;
        this.config = config;
        this.calls = new Calls(vertx, config.connections(), config.timeouts().connect());
        this.upstreams = new Upstreams(
                config.endpoints().stream().map(Upstream::new).toList(),
                new RequestBody(config.systemPrompt()),
                config.timeouts(),
                new Retries(random),
                clock,
                calls);
    }

    @Override
    public String name() {
        return config.endpoints().get(0).model();
    }

    @Override
    public boolean callsTools() {
        return upstreams.takeTools();
    }

    @Override
    public boolean isSteerable() {
        return true;
    }

    @Override
    public boolean marksSources() {
        return true;
    }

    @Override
    public boolean summarizes() {
        return true;
    }

    @Override
    public Generation generate(Prompt prompt) {
        Context context = vertx.getOrCreateContext();
        int length = prompt.length() + config.systemPrompt().length();
        Asking asking = new Asking(context, upstreams, prompt, new Completion.Style(length, config.thinkTags()));
        asking.begin(UpstreamErrors.resting());
        return asking.outlet();
    }

    @Override
    public Future<?> close() {
        calls.close();
        return Future.succeededFuture();
    }
}

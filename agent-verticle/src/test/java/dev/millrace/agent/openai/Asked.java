package dev.millrace.agent.openai;

import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Prompt;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A model over stand-ins, and somebody who asks it, as an agent does: all on one event loop. */
final class Asked {

    static final String KEY = "sk-0123456789";
    static final long FIRST_TOKEN = 60_000;
    static final long IDLE = 30_000;
    static final long LONGEST_WAIT = 8_000;
    static final long LINGER = 1_000;

    static final Prompt PROMPT =
            new Prompt(List.of(new Prompt.Turn(Prompt.Role.USER, "How are you today?")), List.of());

    final FrozenClock clock;
    final UpstreamModel model;
    private final Context context;

    Asked(Vertx vertx, String... urls) {
        this(vertx, false, urls);
    }

    Asked(Vertx vertx, boolean thinkTags, String... urls) {
        context = vertx.getOrCreateContext();
        clock = new FrozenClock(vertx, LONGEST_WAIT, LINGER);
        List<Endpoint> endpoints = Arrays.stream(urls)
                .map(url ->
                        new Endpoint(URI.create(url), "m" + Arrays.asList(urls).indexOf(url), KEY, Map.of()))
                .toList();
        Timeouts timeouts =
                new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(FIRST_TOKEN), Duration.ofMillis(IDLE));
        model = new UpstreamModel(
                vertx, new UpstreamModel.Config(endpoints, "Be kind.", thinkTags, timeouts, 50), clock, new Random(7));
    }

    Generation generation() {
        return generation(PROMPT);
    }

    Generation generation(Prompt prompt) {
        return on(() -> model.generate(prompt));
    }

    Listening ask() {
        return ask(PROMPT);
    }

    Listening ask(Prompt prompt) {
        return on(() -> Listening.to(model.generate(prompt)));
    }

    /** Does it on the agent's loop. */
    <T> T on(java.util.function.Supplier<T> what) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(turn -> {
            try {
                done.complete(what.get());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
    }
}

package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.text.Rarity;
import dev.millrace.agent.time.Clock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers with the documents' own sentences. It invents nothing, needs no key and no network, and says so when the
 * documents have no answer. It writes at a model's pace, so that what reads it is built for a model.
 */
public final class ExtractiveModel implements Model {

    private static final int MILLIS_PER_TOKEN = 20;

    private final Vertx vertx;
    private final Rarity rarity;
    private final int millisPerToken;

    /** Under way on a worker, whether or not somebody still waits for it. */
    private final Set<Future<?>> composing = ConcurrentHashMap.newKeySet();

    /** @param rarity best the index that the passages come from */
    public ExtractiveModel(Vertx vertx, Rarity rarity) {
        this(vertx, rarity, MILLIS_PER_TOKEN);
    }

    /** @param millisPerToken 0 for as fast as it is read */
    public ExtractiveModel(Vertx vertx, Rarity rarity, int millisPerToken) {
        if (millisPerToken < 0) {
            throw new IllegalArgumentException("milliseconds per token are 0 or more: " + millisPerToken);
        }
        this.vertx = vertx;
        this.rarity = rarity;
        this.millisPerToken = millisPerToken;
    }

    @Override
    public String name() {
        return "extractive";
    }

    @Override
    public Generation generate(Prompt prompt) {
        Context context = vertx.getOrCreateContext();
        PacedGeneration generation = new PacedGeneration(context, Clock.system(vertx), millisPerToken);
        // Half a millisecond when warm, but tens when the first question loads Lucene's classes: not on the event loop.
        Future<?> answer = context.executeBlocking(() -> Answer.to(prompt, rarity), false)
                .onSuccess(generation::begin)
                .onFailure(generation::fail);
        composing.add(answer);
        answer.onComplete(done -> composing.remove(answer));
        return generation;
    }

    @Override
    public Future<?> close() {
        return Future.join(List.copyOf(composing)).otherwiseEmpty();
    }
}

package dev.millrace.run;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of nodes and not answered yet. A message to a node that dies is lost without a word, and its timeout is
 * long; so the death of a node answers for it. From any thread; each asker is answered on its own context.
 */
final class UnderWay {

    private final Map<String, Set<Asked>> byNode = new ConcurrentHashMap<>();

    private record Asked(Promise<Object> answer, @Nullable Context asker) {

        void fail(Throwable cause) {
            if (asker == null) {
                answer.tryFail(cause);
            } else {
                asker.runOnContext(go -> answer.tryFail(cause));
            }
        }
    }

    /** Fails as the node is said to be {@link #gone}, if that comes before the answer. */
    @SuppressWarnings("unchecked") // the promise is completed with what this question gives, and with nothing else
    <T> Future<T> ask(String node, Supplier<Future<T>> question) {
        Asked asked = new Asked(Promise.promise(), Vertx.currentContext());
        byNode.compute(node, (name, others) -> {
            Set<Asked> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(asked);
            return all;
        });
        question.get().onComplete(done -> {
            forget(node, asked);
            if (done.succeeded()) {
                asked.answer.tryComplete(done.result());
            } else {
                asked.answer.tryFail(done.cause());
            }
        });
        return asked.answer.future().map(answer -> (T) answer);
    }

    private void forget(String node, Asked asked) {
        byNode.computeIfPresent(node, (name, all) -> {
            all.remove(asked);
            return all.isEmpty() ? null : all;
        });
    }

    void gone(String node, Throwable cause) {
        Set<Asked> lost = byNode.remove(node);
        if (lost != null) {
            lost.forEach(asked -> asked.fail(cause));
        }
    }
}

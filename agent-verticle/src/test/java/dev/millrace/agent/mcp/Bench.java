package dev.millrace.agent.mcp;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource.Offer;
import dev.millrace.agent.time.Clock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tool servers on a context of their own, as the agent has them, for a test that waits on its own thread. */
final class Bench implements AutoCloseable {

    private final Vertx vertx;
    private final Context context;
    final ToolServers servers;

    Bench(Vertx vertx, Map<String, Address> addresses) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.servers = new ToolServers(vertx, Clock.system(vertx), addresses);
        on(() -> {
            servers.start(List.of("search_docs", "current_time"));
            return true;
        });
    }

    /** The stand-in over stdio, in a JVM of its own. */
    static Address.Program stdio(Map<String, String> environment) {
        return java(StdioServer.class, environment);
    }

    static Address.Program java(Class<?> main, Map<String, String> environment, String... arguments) {
        List<String> all = new java.util.ArrayList<>(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
        all.addAll(List.of(arguments));
        return new Address.Program(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), all, environment);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    <T> T on(Callable<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return await(done.future());
    }

    Offer offer(@Nullable List<String> wanted) {
        return on(() -> servers.offer(wanted));
    }

    /** Looks again whenever the loop has nothing else to do, until it is so. */
    Offer until(Predicate<Offer> so) {
        Promise<Offer> seen = Promise.promise();
        context.runOnContext(now -> vertx.setPeriodic(5, timer -> {
            Offer offer = servers.offer(null);
            if (so.test(offer) && seen.tryComplete(offer)) {
                vertx.cancelTimer(timer);
            }
        }));
        return await(seen.future());
    }

    Offer untilAllAreThere() {
        return until(offer -> offer.missing().isEmpty());
    }

    static List<String> names(Offer offer) {
        return offer.tools().stream().map(Tool::name).toList();
    }

    Future<Tool.Result> begin(String name, JsonObject arguments, Cancellation cancellation) {
        Tool tool = offer(List.of(name)).tools().get(0);
        return on(() -> tool.call("call_1", arguments, cancellation));
    }

    JsonObject call(String name, JsonObject arguments) {
        return await(begin(name, arguments, new Cancellation())).content();
    }

    /** What a call that fails says to the model. */
    String failure(String name) {
        return String.valueOf(await(begin(name, new JsonObject(), new Cancellation())
                        .transform(answer -> Future.succeededFuture(answer.cause())))
                .getMessage());
    }

    @Override
    public void close() {
        await(on(servers::close));
    }
}

package dev.millrace.run;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses of the event bus at which one agent answers.
 *
 * @param calls where it says its name to whoever wants any agent
 * @param commands where it is asked by that name
 */
public record AgentService(MessageConsumer<JsonObject> calls, List<MessageConsumer<JsonObject>> commands) {

    /** Completes when every node of the cluster may know of the agent. */
    public Future<?> registered() {
        return Future.join(all().map(MessageConsumer::completion).toList());
    }

    /** Whoever wants any agent finds another from now on; who has heard the name already can still use it. */
    public Future<Void> leaveCalls() {
        return calls.isRegistered() ? calls.unregister() : Future.succeededFuture();
    }

    /** Nothing reaches the agent any more. */
    public Future<?> close() {
        return Future.join(all().filter(MessageConsumer::isRegistered)
                .map(MessageConsumer::unregister)
                .toList());
    }

    private Stream<MessageConsumer<JsonObject>> all() {
        return Stream.concat(Stream.of(calls), commands.stream());
    }
}

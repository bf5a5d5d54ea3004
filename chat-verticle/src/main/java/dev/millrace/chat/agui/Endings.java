package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Request;
import dev.millrace.event.RunEvent.Done;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How a run begins and ends for a client. */
final class Endings {

    private Endings() {}

    static JsonObject started(AgUiExchange exchange) {
        JsonObject event =
                Say.of("RUN_STARTED").put("threadId", exchange.thread()).put("runId", exchange.run());
        return exchange.legacy() ? event : event.put("protocolVersion", "1.0");
    }

    static JsonObject error(String code, String message) {
        return Say.of("RUN_ERROR").put("message", message).put("code", code);
    }

    /** The end of a run that is over; one that failed has its error. */
    static JsonObject of(AgUiExchange exchange, Done done) {
        return switch (done.status()) {
            case CANCELLED ->
                exchange.legacy()
                        ? error("CANCELLED", "The run was cancelled.")
                        : finished(exchange, outcome("cancelled"));
            case TIMEOUT -> error("TIMEOUT", "The answer took too long, and is not whole.");
            default -> finished(exchange, outcome("success")).put("usage", usage(done));
        };
    }

    /** Whether it is asked by an interrupt, and not by a call of a tool without result. */
    static boolean interrupts(Request request) {
        return request.kind() != Request.Kind.TOOL;
    }

    /** The end of a run that waits for its person. @param run as we call it */
    static JsonObject waiting(AgUiExchange exchange, String run, List<Request> open) {
        JsonArray interrupts = new JsonArray();
        JsonArray calls = new JsonArray();
        for (Request request : open) {
            if (interrupts(request)) {
                interrupts.add(Interrupts.of(run, request));
            } else {
                calls.add(request.call());
            }
        }
        if (!interrupts.isEmpty()) {
            return finished(exchange, outcome("interrupt").put("interrupts", interrupts));
        }
        JsonObject success = outcome("success");
        return finished(exchange, exchange.legacy() ? success : success.put("pendingToolCallIds", calls));
    }

    private static JsonObject outcome(String type) {
        return new JsonObject().put("type", type);
    }

    private static JsonObject finished(AgUiExchange exchange, JsonObject outcome) {
        return Say.of("RUN_FINISHED")
                .put("threadId", exchange.thread())
                .put("runId", exchange.run())
                .put("outcome", outcome);
    }

    private static JsonArray usage(Done done) {
        int input = done.usage().getInteger("input_tokens", 0);
        int output = done.usage().getInteger("output_tokens", 0);
        return new JsonArray()
                .add(new JsonObject()
                        .put("inputTokens", input)
                        .put("outputTokens", output)
                        .put("totalTokens", input + output));
    }
}

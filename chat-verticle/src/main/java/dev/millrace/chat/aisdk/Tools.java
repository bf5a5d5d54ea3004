package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.Request;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tools of a message. Who runs a tool must be plain: a call without {@code providerExecuted} is run by every tab that
 * reads it.
 */
final class Tools {

    private final boolean extended;
    private final Set<String> settled;
    private final Set<String> shown = new HashSet<>();
    private final Map<String, Request> requests = new HashMap<>();
    private final Map<String, Request> ofFrontEnd = new HashMap<>();
    private final Map<String, Object> outputs = new HashMap<>();
    private final Set<String> denied = new HashSet<>();

    /**
     * @param extended whether an approval says why, which only newer clients can read
     * @param settled requests that are answered: no tab may run the tool again
     */
    Tools(boolean extended, Set<String> settled) {
        this.extended = extended;
        this.settled = settled;
    }

    void running(JsonObject details, Frames out) {
        String call = details.getString("call");
        if (shown.add(call)) {
            out.add(ours(
                    called("tool-input-available", call, details.getString("tool"), details.getValue("arguments"))));
        }
    }

    void ask(Request request, Frames out) {
        requests.put(request.id(), request);
        shown.add(request.call());
        if (request.isForFrontEnd()) {
            ofFrontEnd.put(request.call(), request);
            askFrontEnd(request, out);
        } else {
            out.add(ours(called("tool-input-available", request.call(), request.tool(), request.arguments())));
            JsonObject approval = Chunk.of("tool-approval-request")
                    .put("approvalId", request.id())
                    .put("toolCallId", request.call());
            out.add(extended && request.label() != null ? approval.put("reason", request.label()) : approval);
        }
    }

    /** The input of a call that has its answer is shown without saying that it is available, for that runs the tool. */
    private void askFrontEnd(Request request, Frames out) {
        if (!settled.contains(request.id())) {
            out.add(called("tool-input-available", request.call(), request.tool(), request.arguments()));
            return;
        }
        out.add(Chunk.of("tool-input-start").put("toolCallId", request.call()).put("toolName", request.tool()));
        out.add(Chunk.of("tool-input-delta")
                .put("toolCallId", request.call())
                .put("inputTextDelta", Json.encode(request.arguments())));
    }

    /** The person, or the front end, has answered; what comes of it comes with the result. */
    void answered(JsonObject details) {
        Request request = requests.get(details.getString("request", ""));
        if (request == null) {
            return;
        }
        if (!request.isForFrontEnd()) {
            if (!details.getBoolean("approved", false)) {
                denied.add(request.call());
            }
            return;
        }
        Object said = details.getValue("output", details.getValue("text"));
        if (said != null) {
            outputs.put(request.call(), said);
        }
    }

    void result(JsonObject details, Frames out) {
        String call = details.getString("call");
        boolean theirs = ofFrontEnd.containsKey(call);
        if (denied.contains(call)) {
            out.add(Chunk.of("tool-output-denied").put("toolCallId", call));
        } else if (details.getBoolean("ok", false)) {
            Object output = outputs.getOrDefault(call, result(details));
            JsonObject chunk =
                    Chunk.of("tool-output-available").put("toolCallId", call).put("output", output);
            out.add(theirs ? chunk : ours(chunk));
        } else {
            JsonObject chunk =
                    Chunk.of("tool-output-error").put("toolCallId", call).put("errorText", error(details));
            out.add(theirs ? chunk : ours(chunk));
        }
    }

    /** A long result stands in the message as an artifact, and here is its name. */
    private static Object result(JsonObject details) {
        Object result = details.getValue("result");
        return result == null ? new JsonObject().put("artifact", details.getString("artifact")) : result;
    }

    private static String error(JsonObject details) {
        JsonObject result = details.getJsonObject("result", new JsonObject());
        return result.getString("error", "The tool failed.");
    }

    private static JsonObject called(String type, String call, String tool, Object input) {
        return Chunk.of(type).put("toolCallId", call).put("toolName", tool).put("input", input);
    }

    private static JsonObject ours(JsonObject chunk) {
        return chunk.put("providerExecuted", true).put("dynamic", true);
    }
}

package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.Request;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;

/** The calls of tools in an answer. */
final class Calls {

    private final Texts texts;
    private final Snapshot snapshot;
    private final Set<String> shown = new HashSet<>();
    private final Set<String> ofFrontEnd = new HashSet<>();

    Calls(Texts texts, Snapshot snapshot) {
        this.texts = texts;
        this.snapshot = snapshot;
    }

    void running(JsonObject details, Frames out) {
        show(details.getString("call"), details.getString("tool"), details.getValue("arguments"), out);
    }

    /** What a person is asked in words is no call of a tool, but an interrupt alone. */
    void ask(Request request, Frames out) {
        if (request.kind() == Request.Kind.TOOL || request.kind() == Request.Kind.APPROVAL) {
            show(request.call(), request.tool(), request.arguments(), out);
        }
        if (request.kind() == Request.Kind.TOOL) {
            ofFrontEnd.add(request.call());
        }
    }

    private void show(String call, String tool, Object arguments, Frames out) {
        if (!shown.add(call)) {
            return;
        }
        texts.close(out);
        String message = texts.message();
        String text = arguments instanceof String broken ? broken : Json.encode(arguments);
        snapshot.call(message, call, tool, text);
        out.add(Say.call("TOOL_CALL_START", call).put("toolCallName", tool).put("parentMessageId", message));
        out.add(Say.call("TOOL_CALL_ARGS", call).put("delta", text));
        out.add(Say.call("TOOL_CALL_END", call));
    }

    /** The front end has the result of its own tool already, in a message of its own. */
    void result(JsonObject details, Frames out) {
        String call = details.getString("call");
        if (!shown.contains(call)) {
            return;
        }
        texts.resultFollows();
        String id = texts.base() + "_" + call;
        String content = content(details);
        snapshot.result(id, call, content);
        if (!ofFrontEnd.contains(call)) {
            out.add(Say.message("TOOL_CALL_RESULT", id)
                    .put("toolCallId", call)
                    .put("content", content)
                    .put("role", "tool"));
        }
    }

    private static String content(JsonObject details) {
        Object result = details.getValue("result");
        return result == null
                ? new JsonObject()
                        .put("artifact", details.getString("artifact"))
                        .encode()
                : Json.encode(result);
    }
}

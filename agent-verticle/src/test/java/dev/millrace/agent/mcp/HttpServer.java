package dev.millrace.agent.mcp;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A server of MCP over streamable HTTP, as its specification says: one path, JSON or an event stream for an answer. */
public final class HttpServer {

    private static final String SESSION = "Mcp-Session-Id";

    /** What was told to it, a JSON each. */
    public final Queue<JsonObject> heard = new ConcurrentLinkedQueue<>();

    /** Paths with their queries, and the value of the header that the file sets. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    final String session;
    private final io.vertx.core.http.HttpServer server;
    private final List<JsonObject> tools;

    private HttpServer(Vertx vertx, String session, List<JsonObject> tools) {
        this.session = session;
        this.tools = tools;
        this.server = vertx.createHttpServer().requestHandler(this::request);
    }

    public static HttpServer start(Vertx vertx, int port, String session, JsonObject... tools) {
        HttpServer made = new HttpServer(vertx, session, List.of(tools));
        await(made.server.listen(port, "127.0.0.1"));
        return made;
    }

    /** Without what else is in this room, for the system tests take this class alone. */
    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    public static JsonObject tool(String name) {
        return new JsonObject()
                .put("name", name)
                .put("title", "A title")
                .put("annotations", new JsonObject().put("readOnlyHint", true))
                .put(
                        "inputSchema",
                        new JsonObject("{\"type\":\"object\",\"description\":\"of it\",\"properties\":{\"a\":{\"type\":"
                                + "\"integer\"}},\"additionalProperties\":{\"type\":\"string\"}}"));
    }

    public int port() {
        return server.actualPort();
    }

    Address.Remote address() {
        return new Address.Remote(
                URI.create("http://127.0.0.1:" + port() + "/tools/mcp?v=2"), Map.of("Authorization", "Bearer rye"));
    }

    public void stop() {
        await(server.close());
    }

    private void request(HttpServerRequest request) {
        asked.add(request.method() + " " + request.uri() + " " + request.getHeader("Authorization"));
        if (request.method() == HttpMethod.POST) {
            request.body().onSuccess(body -> message(request, body.toJsonObject()));
        } else {
            request.response()
                    .setStatusCode(request.method() == HttpMethod.DELETE ? 204 : 405)
                    .end();
        }
    }

    private void message(HttpServerRequest request, JsonObject message) {
        heard.add(message);
        HttpServerResponse response = request.response();
        String method = message.getString("method");
        if (!"initialize".equals(method) && !session.equals(request.getHeader(SESSION))) {
            response.setStatusCode(404).end();
        } else if (message.getValue("id") == null) {
            response.setStatusCode(202).end();
        } else if ("tools/call".equals(method)) {
            call(response, message);
        } else {
            answer(response, message, result(method, message.getJsonObject("params")));
        }
    }

    private @Nullable JsonObject result(String method, @Nullable JsonObject params) {
        return switch (method) {
            case "initialize" ->
                new JsonObject()
                        .put("protocolVersion", params == null ? "" : params.getString("protocolVersion"))
                        .put("capabilities", new JsonObject().put("tools", new JsonObject()))
                        .put("serverInfo", new JsonObject().put("name", "http").put("version", "1"));
            case "tools/list" -> new JsonObject().put("tools", new JsonArray(tools));
            case "ping" -> new JsonObject();
            default -> null;
        };
    }

    private void answer(HttpServerResponse response, JsonObject message, @Nullable JsonObject result) {
        response.putHeader(SESSION, session)
                .putHeader("Content-Type", "application/json")
                .end(reply(message, result).encode());
    }

    private static JsonObject reply(JsonObject message, @Nullable JsonObject result) {
        JsonObject reply = new JsonObject().put("jsonrpc", "2.0").put("id", message.getValue("id"));
        return result == null
                ? reply.put("error", new JsonObject().put("code", -32601).put("message", "There is no such thing."))
                : reply.put("result", result);
    }

    /** An event stream; "never" begins one and says no more, "unknown" is refused. */
    private void call(HttpServerResponse response, JsonObject message) {
        JsonObject params = message.getJsonObject("params");
        String name = params.getString("name");
        if (name.equals("unknown")) {
            answer(response, message, null);
            return;
        }
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        Future<Void> begun = response.write("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
                + "\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"at work\"}}\n\n");
        if (!name.equals("never")) {
            JsonObject result = new JsonObject()
                    .put("content", new JsonArray())
                    .put("structuredContent", new JsonObject().put("given", params.getValue("arguments")));
            begun.compose(written -> response.end(
                            "event: message\ndata: " + reply(message, result).encode() + "\n\n"))
                    .onFailure(gone -> {});
        }
    }
}

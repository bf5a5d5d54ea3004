package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process with the model of a stand-in, and front ends of npm, each in a Node that all tests of a class share. */
final class FrontEndStage implements AutoCloseable {

    /** What a page declares that can say where its person is. */
    static final JsonObject PLACE = new JsonObject()
            .put("name", "place")
            .put("description", "Says where the person is.")
            .put("parameters", new JsonObject().put("type", "object"));

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final String script;
    private final Map<String, FrontEnd> frontEnds = new HashMap<>();
    private final Server server;
    final StandIn upstream;
    final SseClient ada;

    /** @param script that drives the packages */
    FrontEndStage(Path folder, String script) throws Exception {
        this.folder = folder;
        this.script = script;
        this.upstream = StandIn.start(vertx);
        this.server =
                Server.start(folder, "--model-url", upstream.url(), "--model", "m", "--tools-approval", "current_*");
        this.ada = client("ada");
    }

    SseClient client(String subject) {
        return server.client(subject);
    }

    /** A package, in a Node of its own. */
    FrontEnd frontEnd(String name) throws Exception {
        if (!frontEnds.containsKey(name)) {
            frontEnds.put(name, FrontEnd.start(folder, script, name));
        }
        return frontEnds.get(name);
    }

    /** Opens a tab of somebody's. */
    void open(FrontEnd page, String tab, SseClient who, String kind, String name, Object... fields) {
        Object[] all = new Object[fields.length + 6];
        System.arraycopy(fields, 0, all, 6, fields.length);
        String base = "http://127.0.0.1:" + server.port();
        System.arraycopy(new Object[] {kind, name, "base", base, "token", who.token()}, 0, all, 0, 6);
        page.tellAndWait(tab, "open", all);
    }

    /** The model calls a tool. */
    static Script calls(String id, String tool, String arguments) {
        String function =
                new JsonObject().put("name", tool).put("arguments", arguments).encode();
        return Script.stream(call("{\"index\":0,\"id\":\"" + id + "\",\"function\":" + function + "}")
                + finish("tool_calls") + USAGE + "data: [DONE]\n\n");
    }

    @Override
    public void close() throws Exception {
        frontEnds.values().forEach(FrontEnd::close);
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

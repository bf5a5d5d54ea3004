package dev.millrace.agent;

import static dev.millrace.agent.Stage.now;
import static dev.millrace.agent.Stage.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.glob.Glob;
import dev.millrace.log.StreamName;
import dev.millrace.run.ClientTool;
import dev.millrace.run.Input;
import dev.millrace.run.Input.Kind;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Refusal;
import dev.millrace.run.Shelf;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A run whose front end has tools of its own")
class FrontEndToolTest {

    private static final JsonObject SCHEMA = new JsonObject().put("type", "object");
    private static final String REQUIRED =
            "+0 status {\"step\":\"input_required\",\"request\":\"req_%d\",\"kind\":\"tool\",\"call\":\"%s\",\"tool\":\"place\","
                    + "\"arguments\":{},\"expires_at\":\"2026-11-20T09:21:53Z\"%s}\n";

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS, true, List.of(Glob.of("*", '/')));
    }

    private Future<Started> begin(String session, String tool) {
        return stage.agent.start(new StartRun(
                Stage.ANNA,
                "Where am I?",
                null,
                null,
                session,
                true,
                false,
                IfRunning.ENQUEUE,
                null,
                null,
                List.of(new ClientTool(tool, "Says where the person is.", SCHEMA)),
                new JsonObject(),
                null,
                "digest"));
    }

    private Started asking() {
        return now(begin(OwnedId.sessionNamed(Stage.ANNA, "chat 1").text(), "place"));
    }

    @Test
    @DisplayName("asks it for the call, without anybody's leave, and the model reads what came of it")
    void called() {
        Started run = asking();
        assertEquals(
                "Says where the person is.",
                stage.model.prompts.get(0).tools().stream()
                        .filter(tool -> tool.name().equals("place"))
                        .findFirst()
                        .orElseThrow()
                        .description());
        stage.model.speech().call("a", "place", "{}").finish("tool_calls");
        now(stage.agent.input(run.run(), new Input("in_1", "req_1", Kind.OUTPUT, "By the river.")));
        assertEquals(
                Stage.started(0)
                        + Stage.generating(0)
                        + REQUIRED.formatted(1, "a", "")
                        + "+0 status {\"step\":\"steered\",\"input\":\"in_1\",\"request\":\"req_1\",\"output\":\"By the river.\"}\n"
                        + "+0 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"place\",\"ok\":true,"
                        + "\"result\":{\"output\":\"By the river.\"},\"took_ms\":0}\n"
                        + Stage.generating(0),
                stage.told(run));
        assertEquals(
                List.of("{\"output\":\"By the river.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
    }

    @Test
    @DisplayName("says of calls that are asked for together how many there are, behind the tools that run meanwhile")
    void together() {
        Started run = asking();
        stage.model
                .speech()
                .call("a", "place", "{}")
                .call("b", "nowhere", "{}")
                .call("c", "place", "{}")
                .finish("tool_calls");
        String told = stage.told(run);
        String asked = REQUIRED.formatted(1, "a", ",\"together\":2") + REQUIRED.formatted(2, "c", ",\"together\":2");
        assertTrue(told.endsWith(asked), told);
        assertTrue(told.contains("\"tool_result\",\"call\":\"b\""), told);
    }

    @Test
    @DisplayName("cannot have one that is called like a tool of the server")
    void taken() {
        Refusal refusal =
                refusal(begin(OwnedId.sessionNamed(Stage.ANNA, "chat 1").text(), "search_docs"));
        assertEquals(400, refusal.status());
        assertEquals("tool_name_taken", refusal.code());
        assertEquals("tools", refusal.more().getString("field"));
    }

    @Test
    @DisplayName("begins the conversation that it has named, which stands on its owner's shelf once")
    void named() {
        Started first = asking();
        stage.model.speech().say("By the river.").finish("stop");
        Started second = asking();
        assertEquals(first.session(), second.session());
        List<Shelf.Session> shelf =
                Shelf.of(stage.entries(StreamName.shelf(Stage.ANNA.key()))).sessions();
        assertEquals(
                List.of(first.session()), shelf.stream().map(Shelf.Session::id).toList());
    }
}

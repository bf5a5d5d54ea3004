package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What crosses the event bus comes out as it went in. */
final class CommandsTest {

    private static final Owner ADA = new Owner("default", "ada");

    @Test
    void aFullQuestionCrosses() {
        assertCrosses(new StartRun(
                ADA,
                "Wie?\n\"ü\" \ud83d\ude00",
                "q-1",
                new Revision(Revision.Kind.EDIT, "msg_1"),
                "ses_1",
                true,
                true,
                StartRun.IfRunning.INTERRUPT,
                5_000L,
                List.of("search_docs", "x"),
                List.of(new ClientTool("place", "Where you are.", new JsonObject().put("type", "object"))),
                new JsonObject().put("a", new JsonArray().add(1).addNull()),
                "key",
                "digest"));
    }

    @Test
    void aBareQuestionCrossesAndNoToolsAreNotAllTools() {
        assertCrosses(bare(null));
        assertCrosses(bare(List.of()));
    }

    private static StartRun bare(@org.jspecify.annotations.Nullable List<String> tools) {
        return new StartRun(
                ADA, "a", null, false, StartRun.IfRunning.ENQUEUE, null, tools, new JsonObject(), null, "digest");
    }

    /** Through text, for that is how it crosses from one process to another. */
    private static void assertCrosses(StartRun request) {
        assertEquals(request, StartRun.from(new JsonObject(request.toJson().encode())));
    }

    @Test
    void whatToDoWithARunningOneIsReadAsItIsWritten() {
        for (StartRun.IfRunning value : StartRun.IfRunning.values()) {
            assertEquals(Optional.of(value), StartRun.IfRunning.of(value.text()));
        }
        assertEquals(Optional.empty(), StartRun.IfRunning.of("REJECT"));
        assertEquals(Optional.empty(), StartRun.IfRunning.of(""));
    }

    @Test
    void aStartedRunCrosses() {
        Started started = new Started("run_1", "ses_1");
        assertEquals(
                "{\"run\":\"run_1\",\"session\":\"ses_1\"}", started.toJson().encode());
        assertEquals(started, Started.from(started.toJson()));
        assertEquals(started.again(), Started.from(started.again().toJson()));
    }

    @Test
    void aRefusalCrossesWithEverythingItSays() {
        Refusal sent = new Refusal(409, "run_active", "Not \"now\".", new JsonObject().put("run", "run_1"));
        Refusal came = Refusal.decode(sent.status(), sent.encode());
        assertEquals(409, came.status());
        assertEquals("run_active", came.code());
        assertEquals("Not \"now\".", came.getMessage());
        assertEquals(new JsonObject().put("run", "run_1"), came.more());
        assertEquals(
                new JsonObject(),
                Refusal.decode(503, new Refusal(503, "busy", "b").encode()).more());
    }
}

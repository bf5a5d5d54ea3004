package dev.millrace.feed;

import static dev.millrace.feed.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Owner;
import dev.millrace.run.Turn;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HappeningsTest {

    private static final Owner ANN = new Owner("acme", "ann");

    private Vertx vertx;
    private MemoryLog log;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        log = new MemoryLog(vertx, () -> 1_795_165_913_943L, Map.of(), 64 << 20);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private Happenings happenings(String feed) {
        return Happenings.to(log, feed, "node-3", () -> 1_795_165_913_943L);
    }

    private List<Entry> feed(String tenant, String name) {
        return await(log.all(StreamName.feed(tenant, name)));
    }

    private static final RunEvent.Done DONE = RunEvent.Done.of(
            RunEvent.Outcome.COMPLETED, "stop", 112, 19L, new JsonObject().put("input_tokens", 3), "Yes.");

    private static RunRef run(String session, String run) {
        return new RunRef(session, run, new JsonObject().put("ticket", 7));
    }

    @Test
    void a_happening_is_a_cloudevent_in_the_tenants_feed() {
        happenings("main").of("agent").runCompleted(ANN, run("ses_9d2", "run_4kq"), DONE, null);
        Entry entry = feed("acme", "main").get(0);
        JsonObject json = new JsonObject(entry.data());
        assertEquals("dev.millrace.run.completed.v1", entry.type());
        assertEquals(16, String.valueOf(json.getString("id")).length());
        assertEquals(
                "{\"specversion\":\"1.0\",\"id\":\"" + json.getString("id") + "\",\"source\":\"/agent/node-3\","
                        + "\"type\":\"dev.millrace.run.completed.v1\",\"subject\":\"session/ses_9d2\","
                        + "\"time\":\"2026-11-20T09:11:53.943Z\",\"datacontenttype\":\"application/json\","
                        + "\"data\":{\"run\":\"run_4kq\",\"session\":\"ses_9d2\","
                        + "\"metadata\":{\"ticket\":7},\"status\":\"completed\",\"finish\":\"stop\",\"latency_ms\":112,"
                        + "\"usage\":{\"input_tokens\":3},\"text_length\":4,\"message\":\"" + Turn.answerId("run_4kq")
                        + "\"}}",
                entry.data().toString());
    }

    @Test
    void there_are_ten_of_them_and_each_is_a_good_event() {
        Happenings all = happenings("main");
        all.messagePosted(ANN, "ses_1", "msg_1", "user");
        all.memberJoined(ANN, "ses_1", "ann");
        all.sessionChanged(ANN, "ses_1", "title");
        all.runStarted(ANN, run("ses_1", "run_1"));
        all.toolFinished(ANN, run("ses_1", "run_1"), "call_1", "search_docs", true, 12);
        all.inputRequired(ANN, run("ses_1", "run_1"), "req_1", "approval");
        all.runCompleted(ANN, run("ses_1", "run_1"), DONE, new RunEvent.Failure("agent_lost", "Gone.", true));
        all.audioStarted(ANN, "aud_1");
        all.audioEnded(ANN, "aud_1", "closed", 5000);
        all.nodeDraining();
        List<String> types = new ArrayList<>();
        List<Entry> entries = new ArrayList<>(feed("acme", "main"));
        entries.addAll(feed("default", "main"));
        for (Entry entry : entries) {
            JsonObject json = new JsonObject(entry.data());
            Attributes.check(json);
            assertTrue(json.getString("type").startsWith("dev.millrace.")
                    && json.getString("type").endsWith(".v1"));
            types.add(entry.type().substring(13, entry.type().length() - 3));
        }
        assertEquals(
                List.of(
                        "session.message.posted",
                        "session.member.joined",
                        "session.changed",
                        "run.started",
                        "run.tool.finished",
                        "run.input.required",
                        "run.completed",
                        "audio.session.started",
                        "audio.session.ended",
                        "node.draining"),
                types);
    }

    @Test
    void another_feed_may_be_named_or_none() {
        happenings("ops").runStarted(ANN, run("ses_1", "run_1"));
        happenings("").runStarted(ANN, run("ses_1", "run_1"));
        assertEquals(1, feed("acme", "ops").size());
        assertEquals(List.of(), feed("acme", "main"));
        assertThrows(IllegalArgumentException.class, () -> happenings("No/Feed"));
    }

    @Test
    void what_happens_while_an_append_is_in_flight_goes_in_one_after_it() {
        List<Runnable> under = new ArrayList<>();
        Happenings far = Happenings.to(new FarLog(log, under::add), "main", "node-3", () -> 1);
        for (int n = 0; n < 100; n++) {
            far.runStarted(ANN, run("ses_" + n, "run_" + n));
        }
        assertEquals(1, under.size());
        int appends = 0;
        while (!under.isEmpty()) {
            under.remove(0).run();
            appends++;
        }
        assertEquals(4, appends); // two appends, there and back
        List<String> subjects = feed("acme", "main").stream()
                .map(entry -> new JsonObject(entry.data()).getString("subject"))
                .toList();
        assertEquals(100, subjects.size());
        assertEquals("session/ses_0", subjects.get(0));
        assertEquals("session/ses_99", subjects.get(99));
    }

    @Test
    void a_log_that_fails_or_is_away_costs_happenings_and_nothing_else() {
        List<Runnable> nowhere = new ArrayList<>();
        Happenings away = Happenings.to(new FarLog(log, nowhere::add), "main", "node-3", () -> 1);
        for (int n = 0; n < 20_000; n++) {
            away.runStarted(ANN, run("ses_1", "run_" + n));
        }
        while (!nowhere.isEmpty()) {
            nowhere.remove(0).run();
        }
        assertEquals(10_001, feed("acme", "main").size());
    }
}

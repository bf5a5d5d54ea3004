package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.app.Main;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that may not take more memory and evicts nothing, {@code maxmemory-policy noeviction}, as is its default. */
@Timeout(60)
class FullRedisTest {

    private static final String CLOUD_EVENT = "application/cloudevents+json";

    /** How much more Redis may take than it has when a test begins. */
    private static final long ROOM = 1 << 20;

    @TempDir
    Path folder;

    private Redis redis;
    private Server server;
    private Callers callers;
    private SseClient ada;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder, "--maxmemory-policy", "noeviction");
        Path docs = Library.writeTo(folder.resolve("docs"));
        server = Server.start(
                Main.roles(), folder, "--redis", redis.url(), "--docs", docs.toString(), "--token-pace", "5");
        callers = new Callers(folder.resolve("home"));
        ada = server.client("ada");
        ada.ask(Library.WHEEL).awaitEnd(); // what Redis needs for the first of everything
    }

    @AfterEach
    void stop() throws Exception {
        callers.close();
        server.close();
        redis.close();
    }

    @Test
    void saysSoToWhoPublishesAndKeepsWhatItAcknowledged() {
        SseStream reader = ada.watch("/api/events?feed=full&from=earliest").awaitOpening();
        fillUp();
        List<String> stored = new ArrayList<>();
        int n = 0;
        SseClient.Reply reply = publish(n);
        while (reply.status() == 202) {
            stored.add(result(reply).getString("id"));
            reply = publish(++n);
        }
        assertTrue(n > 5, "room for " + n);
        for (int again = 0; again < 3; again++) {
            assertEquals(503, reply.status());
            assertEquals("log_full", reply.json().getString("code"));
            assertTrue(Integer.parseInt(reply.headers().get("Retry-After")) > 0);
            reply = publish(n);
        }
        assertEquals(stored, ids(reader.awaitEvents(stored.size())), "read on while it is full");
        assertEquals(
                stored, ids(ada.watch("/api/events?feed=full&from=earliest").awaitEvents(stored.size())));
        makeRoom();
        JsonObject later = result(publish(n));
        assertEquals(false, later.getBoolean("duplicate"));
        stored.add(later.getString("id"));
        JsonObject known = result(publish(0));
        assertEquals(true, known.getBoolean("duplicate"));
        assertEquals(stored.get(0), known.getString("id"));
        assertEquals(stored, ids(reader.awaitEvents(stored.size())));
        reader.leave();
    }

    @Test
    void refusesQuestionsAndGivesTheRunThatIsUnderWayALastWord() {
        SseStream run = ada.ask(Library.WHEEL).awaitEvents(10);
        redis.ask(callers.vertx(), "config", "set", "maxmemory", "1");
        JsonObject done = run.done();
        assertEquals(SseStream.End.CLEAN, run.end());
        assertEquals("failed", done.getString("status"));
        assertEquals("log_full", run.data("error").get(0).getString("code"));
        SseStream.assertWhole(run.events());
        assertTrue(!run.text().isEmpty());
        SseStream refused = ada.ask(Library.WHEEL);
        assertEquals(503, refused.status());
        assertEquals("log_full", refused.problem().getString("code"));
        SseStream again = ada.resume(run.run(), "0-0").awaitEnd();
        assertEquals(run.eventBlocks(), again.eventBlocks(), "it is read while Redis is full");
        makeRoom();
        assertEquals("completed", ada.ask(Library.WHEEL).done().getString("status"));
    }

    private void fillUp() {
        String memory = redis.ask(callers.vertx(), "info", "memory").toString();
        long used = Long.parseLong(memory.replaceFirst("(?s).*used_memory:(\\d+).*", "$1"));
        redis.ask(callers.vertx(), "config", "set", "maxmemory", used + ROOM);
    }

    private void makeRoom() {
        redis.ask(callers.vertx(), "config", "set", "maxmemory", 0);
    }

    private SseClient.Reply publish(int n) {
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", "" + n)
                .put("source", "/tests")
                .put("type", "com.example.heavy.v1")
                .put("data", ("" + n % 10).repeat(40_000));
        return ada.post("/api/events?feed=full", CLOUD_EVENT, event);
    }

    private static JsonObject result(SseClient.Reply reply) {
        assertEquals(202, reply.status(), () -> reply.body().toString());
        return reply.json().getJsonArray("results").getJsonObject(0);
    }

    private static List<String> ids(SseStream stream) {
        return stream.events().stream().map(event -> event.id()).toList();
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that nobody watches: they are listed, announced and counted, on every node of a cluster. */
@Timeout(90)
class BackgroundTest {

    private static final int LIMIT = 3;

    @TempDir
    static Path folder;

    private static Redis redis;
    private static Fleet fleet;
    private static Server atA;
    private static Server atB;
    private static Member mortal;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        mortal = fleet.begin("agent", limited());
        atA = fleet.here(List.of(new ChatRole(), new EventsRole()));
        atB = fleet.here(List.of(new ChatRole()));
        fleet.here(List.of(new AgentRole()), limited());
        mortal.awaitReady();
    }

    private static String[] limited() {
        return new String[] {"--token-pace", "10", "--max-runs-per-subject", "" + LIMIT};
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    private static JsonObject question() {
        return new JsonObject().put("message", Library.WHEEL).put("detach", true);
    }

    private static List<JsonObject> runs(SseClient client, String query) {
        SseClient.Reply reply = client.get("/api/chat/runs" + query);
        assertEquals(200, reply.status(), reply::toString);
        return reply.json().getJsonArray("runs").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<String> ids(List<JsonObject> runs) {
        return runs.stream().map(run -> run.getString("run")).toList();
    }

    @Test
    void aRunThatNobodyWatchesIsAnnouncedWithAllThatAListenerNeeds() {
        SseClient ada = atA.client("announced");
        SseStream feed =
                ada.watch("/api/events?feed=main&type=dev.millrace.run.**").awaitOpening();
        JsonObject metadata = new JsonObject().put("ticket", "M-7");
        SseStream run = ada.ask(question().put("metadata", metadata)).awaitEvents(3);
        String id = run.run();
        run.leave();
        List<JsonObject> told = feed.awaitEvents(2).events().stream()
                .map(event -> new JsonObject(event.data()).getJsonObject("data"))
                .toList();
        assertEquals(
                new JsonObject().put("run", id).put("session", run.session()).put("metadata", metadata), told.get(0));
        JsonObject completed = told.get(1);
        JsonObject done = ada.resume(id, "0-0").awaitEnd().done();
        for (String same : List.of("status", "finish", "latency_ms", "usage", "text_length")) {
            assertEquals(done.getValue(same), completed.getValue(same), same);
        }
        assertEquals(metadata, completed.getJsonObject("metadata"));
        String session = "/api/chat/sessions/" + run.session();
        Server.eventually("the answer", () -> ada.get(session).json().getString("active_run") == null);
        assertEquals(
                completed.getString("message"),
                ada.get(session)
                        .json()
                        .getJsonArray("messages")
                        .getJsonObject(1)
                        .getString("id"));
        feed.leave();
    }

    @Test
    void theListHasTheCallersRunsWithTheirStateOnEveryNode() {
        SseClient ada = atA.client("lists");
        SseClient farAda = atB.client("lists");
        SseStream over = ada.ask(
                        new JsonObject().put("message", Library.SLUICE).put("metadata", new JsonObject().put("n", 1)))
                .awaitEnd();
        SseStream first = ada.ask(question());
        SseStream second = ada.ask(question().put("session", first.session()).put("detach", false))
                .awaitEvents(2);
        List<JsonObject> runs = runs(farAda, "");
        assertEquals(List.of(second.run(), first.run(), over.run()), ids(runs));
        assertEquals(
                List.of("queued", "running", "completed"),
                runs.stream().map(run -> run.getString("state")).toList());
        assertEquals(
                List.of(false, true, false),
                runs.stream().map(run -> run.getBoolean("detach")).toList());
        assertEquals(1, runs.get(2).getJsonObject("metadata").getInteger("n"));
        assertEquals("stop", runs.get(2).getString("finish"));
        assertEquals(first.session(), runs.get(0).getString("session"));
        assertNull(runs.get(1).getString("ended_at"));
        assertEquals(List.of(over.run()), ids(runs(farAda, "?state=completed")));
        assertEquals(List.of(second.run(), first.run()), ids(runs(farAda, "?state=queued&state=running")));
        ada.delete("/api/chat/" + first.run());
        ada.delete("/api/chat/" + second.run());
        first.awaitEnd();
        second.awaitEnd();
        assertEquals(List.of(second.run(), first.run()), ids(runs(farAda, "?state=cancelled")));
        assertEquals(List.of(), runs(farAda, "?state=running"));

        List<String> one = new ArrayList<>();
        String before = "";
        while (before != null) {
            JsonObject page = farAda.get("/api/chat/runs?limit=1" + before).json();
            one.addAll(ids(page.getJsonArray("runs").stream()
                    .map(JsonObject.class::cast)
                    .toList()));
            before = page.getString("next") == null ? null : "&before=" + page.getString("next");
        }
        assertEquals(List.of(second.run(), first.run(), over.run()), one);
        assertEquals(List.of(), runs(atB.client("stranger"), ""));
        assertEquals(400, farAda.get("/api/chat/runs?state=sleeping").status());
        assertEquals(400, farAda.get("/api/chat/runs?limit=0").status());
        assertEquals(400, farAda.get("/api/chat/runs?before=run_x").status());
        assertEquals(204, ada.delete("/api/chat/sessions/" + over.session()).status());
        assertEquals(List.of(second.run(), first.run()), ids(runs(farAda, "")), "erased with its session");
    }

    @Test
    void noSubjectHasMoreRunsThanTheLimitWhicheverAgentsTheyAreAskedOf() {
        SseClient ada = atA.client("many");
        SseClient farAda = atB.client("many");
        List<CompletableFuture<SseStream>> asking = IntStream.range(0, 20)
                .mapToObj(i -> (i % 2 == 0 ? ada : farAda).askSoon(question()))
                .toList();
        List<SseStream> streams = asking.stream().map(SseClient::await).toList();
        List<SseStream> begun =
                streams.stream().filter(stream -> stream.status() == 200).toList();
        assertTrue(begun.size() <= LIMIT, () -> begun.size() + " runs at once");
        for (SseStream refused : streams) {
            if (refused.status() != 200) {
                assertEquals(429, refused.status());
                assertEquals("too_many_runs", refused.problem().getString("code"));
                assertEquals(LIMIT, refused.problem().getInteger("limit"));
                assertEquals("subject", refused.problem().getString("limit_of"));
                assertTrue(Integer.parseInt(refused.header("Retry-After")) >= 1);
            }
        }
        List<SseStream> open = new ArrayList<>(begun);
        while (open.size() < LIMIT) {
            SseStream next = ada.ask(question());
            assertEquals(200, next.status(), "one after the other there is room up to the limit");
            open.add(next);
        }
        assertEquals(429, farAda.ask(question()).status());
        assertEquals(200, atB.client("another").ask(question()).status());
        ada.delete("/api/chat/" + open.get(0).run());
        open.get(0).awaitEnd();
        assertEquals(200, farAda.ask(question()).status(), "a run that is over takes no place");
    }

    @Test
    void aRunWhoseAgentDiesIsListedAsFailedAndTakesNoPlace() throws Exception {
        SseClient ada = atA.client("loses");
        List<SseStream> all = IntStream.range(0, LIMIT)
                .mapToObj(i -> ada.ask(question()).awaitEvents(2))
                .toList();
        mortal.kill();
        all.forEach(SseStream::awaitEnd);
        for (SseStream run : all) {
            String status = run.done().getString("status");
            JsonObject listed = runs(atB.client("loses"), "").stream()
                    .filter(each -> each.getString("run").equals(run.run()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(status, listed.getString("state"));
        }
        assertEquals(List.of(), runs(ada, "?state=running&state=queued"));
        assertEquals(200, ada.ask(question()).awaitEnd().status());
        assertEquals(new JsonArray(), new JsonArray(runs(ada, "?state=input_required")));
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to stop while it is used. */
@Timeout(60)
class DrainTest {

    private static final int READERS = 50;
    private static final int RUNS = 10;

    /** The last block of a stream whose reader is sent away. */
    private static final Pattern FAREWELL = Pattern.compile("retry: (\\d+)\nid: \\d+-\\d+\n\n");

    private static final String FEED = "/api/events?feed=quiet";
    private static final String SEEN =
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"com.example.seen\"}";

    @TempDir
    Path folder;

    @Test
    void runsEndAsTheyWouldHaveAndFeedsSayWhenToComeBack() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "20")) {
            SseClient ada = server.client("ada");
            List<SseStream> feeds = feeds(ada);
            List<SseStream> runs = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                runs.add(ada.ask(Library.WHEEL).awaitEvents(8));
            }
            SseStream queued = ada.ask(new JsonObject()
                    .put("message", Library.WHEEL)
                    .put("session", runs.get(0).session()));
            Future<Void> drained = server.gateway().drain();

            assertEquals(503, health(server, "ready"));
            assertEquals(200, health(server, "live"));
            SseStream refused = ada.ask(Library.WHEEL);
            assertEquals(503, refused.status());
            assertEquals("draining", refused.problem().getString("code"));
            assertTrue(refused.header("Retry-After").matches("[1-5]"));
            assertEquals("close", refused.header("Connection"));
            SseClient.Reply published =
                    ada.post("/api/events?feed=other", "application/cloudevents+json", new JsonObject(SEEN));
            assertEquals(202, published.status(), "what is answered at once is answered to the end");
            SseStream again = ada.resume(runs.get(1).run(), "0-0");
            assertEquals(200, again.status(), "a run that ends here can be read here");

            for (SseStream run : runs) {
                assertEquals("completed", run.done().getString("status"));
                assertTrue(SseStream.matches(run.done(), run.text()), run::wire);
                assertEquals(SseStream.End.CLEAN, run.end());
            }
            assertEquals("completed", queued.done().getString("status"), "its turn came within the grace");
            assertEquals(runs.get(1).eventBlocks(), again.awaitEnd().eventBlocks());
            assertSentAway(feeds);
            SseClient.await(drained.toCompletionStage().toCompletableFuture());
        }
    }

    @Test
    void aRunThatIsNotOverAfterItsGraceGetsItsLastWord() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "60000", "--drain-grace", "300ms")) {
            SseStream run = server.client("ada").ask(Library.WHEEL).awaitEvents(5);
            Future<Void> drained = server.gateway().drain();
            assertEquals("failed", run.done().getString("status"));
            assertEquals("agent_stopped", run.data("error").get(0).getString("code"));
            assertEquals(SseStream.End.CLEAN, run.end());
            SseClient.await(drained.toCompletionStage().toCompletableFuture());
        }
    }

    @Test
    void whoeverComesWhileReadersAreSentAwayIsToldToComeBackInWordsHeUnderstands() throws Exception {
        try (Server server = Server.start(folder)) {
            SseClient ada = server.client("ada");
            SseStream run = ada.ask(Library.WHEEL).awaitEnd();
            List<SseStream> feeds = feeds(ada);
            Future<Void> drained = server.gateway().drain();
            Server.eventually("the first farewell", () -> feeds.stream().anyMatch(SseStream::isOver));

            SseStream feed = ada.watch(FEED, "Accept", "text/event-stream", "Last-Event-ID", "7-7");
            assertEquals(200, feed.status());
            assertTrue(feed.awaitEnd().rest().matches("retry: [1-3]\\d{3}\n"), feed::rest);
            assertEquals(SseStream.End.CLEAN, feed.end());
            SseStream answer = ada.watch("/api/chat/" + run.run(), "Accept", "text/event-stream");
            assertEquals(200, answer.status());
            assertTrue(answer.awaitEnd().rest().matches("retry: [1-3]\\d{3}\n"), answer::rest);
            assertEquals(SseStream.End.RESET, answer.end(), "a clean end would look like the end of the answer");
            assertDraining(ada.watch(FEED));
            assertDraining(ada.watch(FEED + "&on_gap=fail", "Accept", "text/event-stream"));
            assertDraining(ada.watch("/api/chat/" + run.run()));
            assertEquals(200, ada.get("/api/chat/sessions").status());
            assertEquals(
                    401, server.clientWith("none").get("/api/chat/sessions").status());
            assertSentAway(feeds);
            SseClient.await(drained.toCompletionStage().toCompletableFuture());
        }
    }

    @Test
    void aNodeThatDrainsTellsTheDefaultTenant() throws Exception {
        try (Server server = Server.start(folder)) {
            SseStream told = server.client("ada").watch("/api/events?type=dev.millrace.node.**");
            told.awaitOpening();
            SseClient.await(server.gateway().drain().toCompletionStage().toCompletableFuture());
            assertEquals("dev.millrace.node.draining.v1", told.events().get(0).type());
            assertEquals("draining", told.events().get(1).type());
        }
    }

    @Test
    void aStreamThatIsOldIsSentAwayAndGoesOnWhereItWas() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "50", "--connection-lifetime", "2s")) {
            SseClient ada = server.client("ada");
            SseStream feed = ada.watch(FEED);
            SseStream run = ada.ask(Library.WHEEL);
            assertEquals(SseStream.End.CLEAN, feed.awaitEnd().end());
            assertEquals(List.of(), feed.events(), "nothing is draining");
            assertTrue(FAREWELL.matcher(last(feed)).matches(), feed::wire);
            SseStream part = run;
            List<SseEvent> all = new ArrayList<>();
            int parts = 1;
            for (; part.awaitEnd().end() == SseStream.End.RESET; parts++) {
                assertTrue(FAREWELL.matcher(last(part)).matches(), part::wire);
                all.addAll(part.events());
                part = ada.resume(run.run(), part.lastId());
            }
            all.addAll(part.events());
            assertTrue(parts > 1, "one part: " + run.wire());
            assertFalse(SseStream.data(all, "done").isEmpty());
            assertTrue(SseStream.matches(part.done(), SseStream.appended(all)));
        }
    }

    private static List<SseStream> feeds(SseClient who) {
        List<SseStream> feeds = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            SseStream feed = who.watch(FEED);
            feed.awaitOpening();
            feeds.add(feed);
        }
        return feeds;
    }

    /** Each in a clean end after its own retry, and not all at once. */
    private static void assertSentAway(List<SseStream> feeds) {
        Set<String> retries = new HashSet<>();
        for (SseStream feed : feeds) {
            assertEquals(SseStream.End.CLEAN, feed.awaitEnd().end());
            assertEquals(
                    List.of("draining"),
                    feed.events().stream().map(event -> event.type()).toList());
            Matcher farewell = FAREWELL.matcher(last(feed));
            assertTrue(farewell.matches(), feed::wire);
            assertEquals(farewell.group(1), "" + feed.data("draining").get(0).getInteger("retry_ms"));
            retries.add(farewell.group(1));
        }
        assertTrue(retries.size() > READERS / 2, retries::toString);
    }

    private static void assertDraining(SseStream refused) {
        assertEquals(503, refused.status());
        assertEquals("draining", refused.problem().getString("code"));
    }

    private static String last(SseStream stream) {
        List<String> blocks = stream.blocks();
        return blocks.get(blocks.size() - 1);
    }

    private static int health(Server server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.gateway().managementPort() + "/health/" + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}

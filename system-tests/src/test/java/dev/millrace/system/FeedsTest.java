package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FeedsTest {

    @TempDir
    static Path folder;

    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder, "--token-pace", "5");
        ada = server.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static JsonObject event(int n) {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", "e" + n)
                .put("source", "/tests")
                .put("type", "com.example.counted.v1")
                .put("data", new JsonObject().put("n", n).put("text", "eins\nzwei 🏡"));
    }

    private static String publish(SseClient client, String feed, int n) {
        SseClient.Reply reply = client.post("/api/events?feed=" + feed, "application/cloudevents+json", event(n));
        assertEquals(202, reply.status());
        JsonObject result = reply.json().getJsonArray("results").getJsonObject(0);
        assertEquals(false, result.getBoolean("duplicate"));
        return result.getString("id");
    }

    private static String block(String id, int n) {
        return "id: " + id + "\nevent: com.example.counted.v1\ndata: " + event(n).toBuffer() + "\n\n";
    }

    private static SseStream read(SseClient client, String query, String... headers) {
        SseStream stream = client.watch("/api/events?feed=" + query, headers).awaitOpening();
        assertEquals(200, stream.status());
        return stream;
    }

    @Test
    void whatIsPublishedIsReadAsItIs() {
        SseStream live = read(ada, "live");
        assertEquals("retry: 1000\nid: 0-0\n\n", live.blocks().get(0));
        List<String> expected = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            expected.add(block(publish(ada, "live", n), n));
        }
        assertEquals(expected, live.awaitEvents(100).eventBlocks());
        live.leave();
    }

    @Test
    void aReaderCutAtAnyEventGoesOnAfterIt() {
        List<String> ids = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            ids.add(publish(ada, "cut", n));
            all.add(block(ids.get(n), n));
        }
        for (int k = 0; k < 60; k++) {
            SseStream rest = read(ada, "cut", "Last-Event-ID", k == 0 ? "0-0" : ids.get(k - 1));
            assertEquals(all.subList(k, 60), rest.awaitEvents(60 - k).eventBlocks());
            rest.leave();
        }
        SseStream live = read(ada, "cut", "Last-Event-ID", ids.get(59));
        String next = publish(ada, "cut", 60);
        assertEquals(
                "retry: 1000\nid: " + ids.get(59) + "\n\n" + block(next, 60),
                live.awaitEvents(1).wire());
        live.leave();
        SseStream query = read(ada, "cut&last_event_id=" + ids.get(58));
        assertEquals(List.of(all.get(59), block(next, 60)), query.awaitEvents(2).eventBlocks());
        query.leave();
        SseStream earliest = read(ada, "cut&from=earliest");
        assertEquals(all, earliest.awaitEvents(61).eventBlocks().subList(0, 60));
        earliest.leave();
    }

    @Test
    void afterAResetAFeedGoesOnLive() {
        String first = publish(ada, "reset", 0);
        String head = publish(ada, "reset", 1);
        int n = 2;
        String foreign = "1-1";
        String beyond = "9-" + head.substring(2);
        for (String[] each : new String[][] {{"identity", foreign}, {"beyond_head", beyond}, {"malformed", "what"}}) {
            String notice = "event: reset\ndata: {\"reason\":\"" + each[0] + "\",\"requested\":\"" + each[1]
                    + "\",\"first\":\"" + first + "\",\"head\":\"" + head + "\"}\n\n";
            SseStream live = read(ada, "reset", "Last-Event-ID", each[1]).awaitEvents(1);
            String cursor = each[0].equals("malformed") ? head : each[1]; // who is cut off here is told again
            assertEquals("retry: 1000\nid: " + cursor + "\n\n" + notice, live.wire());
            SseStream all = read(ada, "reset&from=earliest", "Last-Event-ID", each[1]);
            String next = publish(ada, "reset", n);
            assertEquals(block(next, n++), live.awaitEvents(2).eventBlocks().get(1));
            assertEquals(first, all.awaitEvents(2).events().get(1).id(), "unless it says from where");
            live.leave();
            all.leave();
            head = next;
            beyond = "9-" + head.substring(2);
        }
        SseStream refused = ada.watch("/api/events?feed=reset&on_gap=fail", "Last-Event-ID", foreign);
        assertEquals(409, refused.status());
        assertEquals("identity", refused.problem().getString("reason"));
        assertEquals(400, ada.watch("/api/events?feed=reset&last_event_id=what").status());
    }

    @Test
    void tenantsAndFeedsAreApart() {
        SseClient stranger = server.client("elsewhere", "ada");
        SseStream theirs = read(stranger, "apart&from=earliest");
        SseStream other = read(ada, "apart.other&from=earliest");
        SseStream ours = read(ada, "apart&from=earliest");
        String id = publish(ada, "apart", 1);
        String their = publish(stranger, "apart", 2);
        String otherId = publish(ada, "apart.other", 3);
        assertEquals("1", id.substring(0, id.indexOf('-')));
        assertEquals("1", their.substring(0, their.indexOf('-')), "each counts from one");
        assertEquals(List.of(block(id, 1)), ours.awaitEvents(1).eventBlocks());
        assertEquals(List.of(block(their, 2)), theirs.awaitEvents(1).eventBlocks());
        assertEquals(List.of(block(otherId, 3)), other.awaitEvents(1).eventBlocks());
        List.of(theirs, other, ours).forEach(SseStream::leave);
    }

    @Test
    void whatHappensInARunIsToldToItsTenant() {
        SseClient told = server.client("told", "ada");
        SseStream feed = read(told, "main");
        SseStream run = told.ask(Library.WHEEL).awaitEnd();
        List<JsonObject> events = feed.awaitEvents(4).events().stream()
                .map(event -> new JsonObject(event.data()))
                .toList();
        assertEquals(
                List.of("session.message.posted", "run.started", "run.completed", "session.message.posted"),
                events.stream()
                        .map(event -> event.getString("type").replaceAll("^dev\\.millrace\\.|\\.v1$", ""))
                        .toList());
        JsonObject completed = events.get(2).getJsonObject("data");
        assertEquals(run.run(), completed.getString("run"));
        assertEquals("completed", completed.getString("status"));
        assertEquals("agent", events.get(3).getJsonObject("data").getString("author"));
        feed.leave();
    }

    @Test
    void whoBeginsToWatchARunJoinsItsSessionAndWhoComesBackDoesNot() {
        SseClient told = server.client("joining", "ada");
        SseStream feed = read(told, "main&type=dev.millrace.session.member.**");
        SseStream run = told.ask(Library.WHEEL).awaitEvents(1);
        SseStream back = told.resume(run.run(), "0-0").awaitOpening();
        List<SseStream> devices = List.of(
                told.watch("/api/chat/" + run.run()).awaitOpening(),
                told.watch("/api/chat/" + run.run()).awaitOpening());
        List<JsonObject> joined = feed.awaitEvents(2).events().stream()
                .map(event -> new JsonObject(event.data()).getJsonObject("data"))
                .toList();
        assertEquals(
                List.of(run.session(), run.session()),
                joined.stream().map(each -> each.getString("session")).toList());
        assertEquals(
                List.of("mem_", "mem_"),
                joined.stream()
                        .map(each -> each.getString("member").substring(0, 4))
                        .toList());
        told.delete("/api/chat/" + run.run());
        run.awaitEnd();
        back.awaitEnd();
        devices.forEach(SseStream::awaitEnd);
        told.watch("/api/chat/" + run.run()).awaitEnd();
        String last = publish(told, "main", 1);
        SseStream whole = read(told, "main&from=earliest&type=dev.millrace.session.member.**&type=com.**")
                .awaitEvents(3);
        assertEquals(last, whole.lastId(), "two have joined and nobody else");
        feed.leave();
        whole.leave();
    }

    @Test
    void aFeedHasAPlainName() {
        for (String name : List.of("a", "a.b-c_d", "0", "x".repeat(64))) {
            publish(ada, name, 1);
        }
        for (String name : List.of("", "A", ".a", "a/b", "..", "x".repeat(65), "a%20b", "%C3%A4")) {
            assertEquals(400, ada.watch("/api/events?feed=" + name).status(), name);
            assertEquals(
                    400,
                    ada.post("/api/events?feed=" + name, "application/cloudevents+json", event(1))
                            .status(),
                    name);
        }
        String id = ada.post("/api/events", "application/cloudevents+json", event(1))
                .json()
                .getJsonArray("results")
                .getJsonObject(0)
                .getString("id");
        SseStream main = read(ada, "main&from=earliest").awaitEvents(1);
        assertEquals(id, main.events().get(0).id(), "without a name it is main");
        main.leave();
    }

    @Test
    void manyPublishersAtOnceAreOneOrderForEverybody() {
        SseStream one = read(ada, "many&from=earliest");
        SseStream two = read(ada, "many&from=earliest");
        var publishing = java.util.stream.IntStream.range(0, 300)
                .mapToObj(n -> ada.callSoon(
                        io.vertx.core.http.HttpMethod.POST,
                        "/api/events?feed=many",
                        event(n).toBuffer(),
                        "Content-Type",
                        "application/cloudevents+json"))
                .toList();
        publishing.forEach(each -> assertEquals(202, SseClient.await(each).status()));
        List<SseEvent> events = one.awaitEvents(300).events();
        assertEquals(java.util.stream.LongStream.rangeClosed(1, 300).boxed().toList(), SseStream.seqs(events));
        assertEquals(events, two.awaitEvents(300).events());
        one.leave();
        two.leave();
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.audio.AudioRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import dev.millrace.sse.SseEvent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every proxy does with the configuration that we ship for it. Each pool has two nodes: one that stays, and one that
 * is not there until a test puts a process or a stand-in at its ports.
 */
@Timeout(120)
abstract class ProxyContract {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    static Path folder;

    private static Redis redis;
    private static Fleet fleet;
    private static Server stays;
    private static Proxy.Node comesAndGoes;
    private static @Nullable Member dies;

    private Proxy proxy;

    /** How a client comes to the proxy. */
    enum Way {
        HTTP_1_1(HttpVersion.HTTP_1_1, false),
        HTTP_1_1_OVER_TLS(HttpVersion.HTTP_1_1, true),
        HTTP_2_OVER_TLS(HttpVersion.HTTP_2, true);

        private final HttpVersion version;
        private final boolean tls;

        Way(HttpVersion version, boolean tls) {
            this.version = version;
            this.tls = tls;
        }

        SseClient through(Proxy proxy, SseClient who) {
            return who.at(tls ? proxy.tlsPort() : proxy.port(), connections());
        }

        private HttpClientOptions connections() {
            return new HttpClientOptions()
                    .setSsl(tls)
                    .setUseAlpn(tls)
                    .setTrustAll(tls)
                    .setVerifyHost(false)
                    .setProtocolVersion(version);
        }
    }

    /** Whether a stream that lost its node is broken off for its reader, who could otherwise take it for whole. */
    boolean breaksOff(Way way) {
        return true;
    }

    /** @param pools as {@link Haproxy#start} takes them */
    abstract Proxy start(Path folder, Map<String, List<Proxy.Node>> pools) throws Exception;

    @BeforeAll
    static void startNodes() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        stays = fleet.here(List.of(new ChatRole(), new AudioRole(), new EventsRole()));
        fleet.here(List.of(new AgentRole()));
        dies = null;
        comesAndGoes = new Proxy.Node(Ports.free(), Ports.free());
    }

    @AfterAll
    static void stopNodes() throws Exception {
        fleet.close();
        redis.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = inFrontOf(comesAndGoes);
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
    }

    private Proxy inFrontOf(Proxy.Node second) throws Exception {
        List<Proxy.Node> both = List.of(node(stays), second);
        return start(folder, Map.of("chat", both, "audio", both, "events", both));
    }

    private static Proxy.Node node(Server server) {
        return new Proxy.Node(server.port(), server.gateway().managementPort());
    }

    private static SseClient ada() {
        return stays.client("ada");
    }

    private static List<String> call(int port, boolean tls) throws Exception {
        return AudioCall.nonsense(port, tls, ada().token());
    }

    /** A process with the three routes: new, or again after its death. */
    private static Member mortal() throws Exception {
        if (dies == null) {
            dies = fleet.start("chat,audio,events");
        } else {
            dies.startAgain();
        }
        return dies;
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsByteForByteWhatTheNodeSays(Way way) {
        SseStream run = way.through(proxy, ada()).ask(QUESTION);
        assertEquals("completed", run.done().getString("status"));
        assertEquals(SseStream.End.CLEAN, run.end());
        assertEquals(ada().resume(run.run(), "0-0").awaitEnd().wire(), run.wire());
    }

    @ParameterizedTest
    @EnumSource
    void anEventIsNotHeldBack(Way way) {
        String feed = "/api/events?feed=" + way.name().toLowerCase(java.util.Locale.ROOT);
        SseStream reader = way.through(proxy, ada()).watch(feed);
        reader.awaitOpening();
        assertEquals(
                202,
                ada().post(feed, "application/cloudevents+json", RolesTest.EVENT)
                        .status());
        reader.awaitEvents(1);
        assertFalse(reader.isOver(), "nothing came after it that could have pushed it through");
        reader.leave();
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsResumedWhereItWasLeft(Way way) {
        SseClient through = way.through(proxy, ada());
        SseStream first = through.askAndLeave(QUESTION, 20).awaitEnd();
        SseStream second = through.resume(first.run(), first.lastId()).awaitEnd();
        List<String> joined = new ArrayList<>(first.eventBlocks());
        joined.addAll(second.eventBlocks());
        assertEquals(ada().resume(first.run(), "0-0").awaitEnd().eventBlocks(), joined);
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoLeavesIsGoneFromTheNodeToo(Way way) {
        Server.eventually("no reader", () -> stays.gateway().heartbeats().open() == 0);
        SseStream reader = way.through(proxy, ada()).watch("/api/events");
        reader.awaitOpening();
        assertEquals(1, stays.gateway().heartbeats().open());
        reader.leave();
        Server.eventually(
                "the end of the reader", () -> stays.gateway().heartbeats().open() == 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_1_1_OVER_TLS"})
    void aSocketReachesTheAudioRoute(Way way) throws Exception {
        List<String> direct = call(stays.port(), false);
        assertEquals("audio.v1", direct.get(0));
        assertEquals(direct, call(way.tls ? proxy.tlsPort() : proxy.port(), way.tls));
    }

    @ParameterizedTest
    @EnumSource
    void aKeyStandsForOneRun(Way way) {
        SseClient through = way.through(proxy, ada());
        String key = "one by " + way;
        SseStream first = through.ask(QUESTION, "Idempotency-Key", key);
        SseStream again = through.ask(QUESTION, "Idempotency-Key", key);
        assertEquals(first.run(), again.run());
        assertEquals(first.awaitEnd().wire(), again.awaitEnd().wire());
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatIsKilledCutsItsReadersAndTheOtherGoesOnWithThem(Way way) throws Exception {
        Member mortal = mortal();
        try (Proxy both = inFrontOf(new Proxy.Node(mortal.port(), mortal.managementPort()))) {
            killUnder(both, mortal, way);
        } finally {
            mortal.kill();
        }
    }

    private void killUnder(Proxy both, Member mortal, Way way) throws Exception {
        SseClient through = way.through(both, ada());
        List<SseStream> runs = new ArrayList<>();
        List<SseStream> feeds = new ArrayList<>();
        String feed = "/api/events?feed=killed-" + way.ordinal();
        Server.eventually("no reader", () -> stays.gateway().heartbeats().open() == 0);
        Server.eventually("both nodes in use", () -> {
            feeds.add(through.watch(feed).awaitOpening());
            return stays.gateway().heartbeats().open() < feeds.size();
        });
        for (int i = 0; i < 6; i++) {
            runs.add(through.ask(QUESTION).awaitEvents(5));
        }
        mortal.kill();
        List<SseStream> cut = cut(runs, way);
        assertTrue(!cut.isEmpty() && cut.size() < runs.size(), "one node is gone and the other is not: " + cut.size());
        assertFalse(cut(feeds, way).isEmpty());
        for (SseStream run : runs) {
            List<SseEvent> all = new ArrayList<>(run.events());
            if (cut.contains(run)) {
                all.addAll(through.resume(run.run(), run.lastId()).awaitEnd().events());
            }
            JsonObject done = SseStream.data(all, "done").get(0);
            assertEquals("completed", done.getString("status"));
            assertTrue(SseStream.matches(done, SseStream.appended(all)), all::toString);
        }
        assertEquals(
                202,
                through.post(feed, "application/cloudevents+json", RolesTest.EVENT)
                        .status());
        for (SseStream reader : feeds) {
            if (reader.isOver()) {
                through.watch(feed, "Last-Event-ID", reader.lastId())
                        .awaitEvents(1)
                        .leave();
            } else {
                reader.awaitEvents(1).leave();
            }
        }
        assertEquals("audio.v1", call(both.port(), false).get(0));
    }

    /** Those that the death of a node broke off, when all the others have ended or are open still. */
    private List<SseStream> cut(List<SseStream> streams, Way way) {
        Predicate<SseStream> unfinished = stream -> stream.data("done").isEmpty();
        Server.eventually(
                "the cut", () -> streams.stream().anyMatch(stream -> stream.isOver() && unfinished.test(stream)));
        streams.forEach(stream -> {
            if (stream.headers().contains("X-Run-Id")) {
                stream.awaitEnd();
            }
        });
        List<SseStream> cut = streams.stream()
                .filter(stream -> stream.isOver() && unfinished.test(stream))
                .toList();
        if (breaksOff(way)) {
            cut.forEach(stream -> assertEquals(SseStream.End.RESET, stream.end(), "a cut does not look like an end"));
        }
        return cut;
    }

    @Test
    void aNodeThatComesBackIsGivenRequestsAgain() throws Exception {
        SseClient through = ada().at(proxy.port());
        for (int i = 0; i < 4; i++) {
            assertEquals(200, through.get("/api/chat/sessions").status());
        }
        try (StandIn back = StandIn.answering(comesAndGoes)) {
            Server.eventually(
                    "an answer of the one that came back",
                    () -> through.get("/api/chat/sessions").status() == StandIn.STATUS);
        }
        Server.eventually(
                "the one that stays, alone again",
                () -> through.get("/api/chat/sessions").status() == 200);
    }

    @Test
    void aKeyedQuestionGoesToTheOtherNodeWhenTheFirstDiesWithIt() throws Exception {
        try (StandIn dies = StandIn.dying(comesAndGoes)) {
            SseClient through = ada().at(proxy.port());
            Server.eventually("a question that one has died with", () -> {
                SseStream run = through.ask(QUESTION, "Idempotency-Key", "died " + dies.died());
                assertEquals(200, run.status(), () -> "" + run.problem());
                run.leave();
                return dies.died() > 0;
            });
        }
    }

    @Test
    void aQuestionWithoutAKeyIsNotAskedTwice() throws Exception {
        try (StandIn dies = StandIn.dying(comesAndGoes)) {
            SseClient through = ada().at(proxy.port());
            Server.eventually("a question that one has died with", () -> {
                int before = dies.died();
                SseStream run = through.ask(QUESTION);
                boolean died = dies.died() > before;
                assertEquals(died, run.status() != 200);
                if (died) {
                    assertEquals("no_node", run.problem().getString("code"));
                } else {
                    run.leave();
                }
                return died;
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventSourceWithoutNodesIsToldToComeBackAndChatGoesOn(Way way) throws Exception {
        List<Proxy.Node> nodes =
                List.of(new Proxy.Node(stays.port(), stays.gateway().managementPort()));
        try (Proxy alone = start(folder, Map.of("chat", nodes))) {
            SseClient through = way.through(alone, ada());
            for (int i = 0; i < 3; i++) {
                SseStream reader = through.watch("/api/events?ticket=SECRET", "Accept", "text/event-stream");
                assertEquals(200, reader.status());
                assertEquals("text/event-stream", reader.header("Content-Type"));
                assertEquals(SseStream.End.CLEAN, reader.awaitEnd().end());
                assertTrue(reader.wire().matches("retry: \\d{4}\n\n"), reader::wire);
            }
            SseClient.Reply refused = through.get("/api/events?ticket=SECRET");
            assertEquals(503, refused.status());
            assertEquals("no_node", refused.json().getString("code"));
            assertEquals("1", refused.headers().get("Retry-After"));
            SseClient.Reply published = through.post("/api/events", "application/cloudevents+json", RolesTest.EVENT);
            assertEquals(503, published.status());
            assertEquals(404, through.get("/favicon.ico?ticket=SECRET").status());
            assertEquals("completed", through.ask(QUESTION).done().getString("status"));
            assertFalse(alone.logs().contains("SECRET"), alone.logs());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatANodeRefusesKeepsItsOwnWords(Way way) {
        SseClient through = way.through(proxy, ada());
        byte[] tooLarge = new byte[(1 << 20) + 1];
        Arrays.fill(tooLarge, (byte) 'x');
        SseClient.Reply reply = through.call(
                HttpMethod.POST,
                "/api/chat",
                io.vertx.core.buffer.Buffer.buffer(tooLarge),
                "Content-Type",
                "application/json");
        assertEquals(413, reply.status());
        assertEquals("application/problem+json", reply.headers().get("Content-Type"));
    }
}

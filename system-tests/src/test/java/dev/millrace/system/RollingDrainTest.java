package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes for chat, two for events and two agents, each asked to stop in its turn and started again, as an update does
 * it, while all of them are used. Whoever is refused or cut off asks the other node.
 */
@Timeout(240)
class RollingDrainTest {

    private static final int ASKERS = 4;
    private static final int PUBLISHERS = 2;
    private static final int CONSUMERS = 12;
    private static final int EVENTS_A_ROUND = 30;

    /** Between rounds of a publisher: the feed shall be used, and keep everything. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final String[] DRAIN = {"--drain-window", "2s"};

    /** A run takes a good second, and so ends well within its grace. */
    private static final String[] AGENT = {"--drain-window", "2s", "--token-pace", "15"};

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean rolling = true;
    private Redis redis;
    private Fleet fleet;
    private List<Member> chats;
    private List<Member> events;
    private List<Member> agents;

    @BeforeEach
    void start() throws Exception {
        System.out.println("seed " + seed);
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        chats = List.of(fleet.begin("chat", DRAIN), fleet.begin("chat", DRAIN));
        events = List.of(fleet.begin("events", DRAIN), fleet.begin("events", DRAIN));
        agents = List.of(fleet.begin("agent", AGENT), fleet.begin("agent", AGENT));
        all().forEach(Member::awaitReady);
    }

    @AfterEach
    void stop() throws Exception {
        rolling = false;
        fleet.close();
        redis.close();
        threads.shutdownNow();
    }

    private List<Member> all() {
        return List.of(events.get(0), chats.get(0), agents.get(0), agents.get(1), chats.get(1), events.get(1));
    }

    @Test
    void everyNodeIsRenewedInTurnAndNobodyLosesAnything() throws Exception {
        List<SseClient> readers =
                events.stream().map(node -> fleet.client(node, "ada")).toList();
        List<FeedConsumer> consumers = new ArrayList<>();
        for (int i = 0; i < CONSUMERS; i++) {
            consumers.add(new FeedConsumer(readers, i, new Random(seed + i)));
        }
        CompletableFuture<Void> reading = CompletableFuture.allOf(
                consumers.stream().map(each -> each.readOn(threads)).toArray(CompletableFuture[]::new));
        List<CompletableFuture<Map<String, String>>> publishing = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            int number = p;
            publishing.add(CompletableFuture.supplyAsync(() -> publish(readers, number), threads));
        }
        List<CompletableFuture<List<Asked>>> asking = new ArrayList<>();
        for (int a = 0; a < ASKERS; a++) {
            int number = a;
            asking.add(CompletableFuture.supplyAsync(() -> ask(number), threads));
        }

        for (Member member : all()) {
            CommandLineProcess.Result end = member.drain();
            assertEquals(0, end.exit(), end.err());
            assertFalse(end.err().contains(" WARN ") || end.err().contains(" ERROR "), end.err());
            member.startAgain();
        }
        rolling = false;

        List<Asked> asked = new ArrayList<>();
        for (CompletableFuture<List<Asked>> each : asking) {
            asked.addAll(each.get());
        }
        Map<String, String> told = new HashMap<>();
        for (CompletableFuture<Map<String, String>> each : publishing) {
            told.putAll(each.get());
        }
        List<LoggedEvent> log = log("soak");
        assertStored(log, told);
        consumers.forEach(consumer -> consumer.expect(log));
        reading.get();
        consumers.forEach(consumer -> consumer.assertRead(log, "seed " + seed));
        assertTold(asked);
        int moved = consumers.stream().mapToInt(FeedConsumer::connections).sum() - CONSUMERS;
        assertTrue(moved >= CONSUMERS, "each was sent away from one node or the other: " + moved);
        System.out.println(asked.size() + " runs over "
                + asked.stream().mapToInt(Asked::connections).sum() + " connections, " + log.size() + " events over "
                + (CONSUMERS + moved) + " connections of " + CONSUMERS + " consumers");
    }

    /** A run from its question to its last word, and over how many connections it came. */
    private record Asked(String run, int connections) {}

    /** Asks and reads, one run after the other; each must be whole and completed. */
    private List<Asked> ask(int number) {
        List<SseClient> nodes =
                chats.stream().map(node -> fleet.client(node, "ada" + number)).toList();
        List<Asked> asked = new ArrayList<>();
        while (rolling || asked.isEmpty()) {
            asked.add(askOnce(nodes, "asker-" + number + "-" + asked.size(), number + asked.size()));
        }
        return asked;
    }

    private Asked askOnce(List<SseClient> nodes, String key, int first) {
        JsonObject question = new JsonObject().put("message", Library.WHEEL);
        int node = first;
        SseStream stream = null;
        while (stream == null) {
            SseClient at = nodes.get(node++ % nodes.size());
            stream = served(at.askSoon(question, "Idempotency-Key", key));
        }
        String run = stream.run();
        List<SseEvent> all = new ArrayList<>(stream.awaitEnd().events());
        String lastId = stream.lastId();
        int connections = 1;
        while (SseStream.data(all, "done").isEmpty()) {
            assertEquals(SseStream.End.RESET, stream.end(), stream::wire);
            SseClient at = nodes.get(node++ % nodes.size());
            SseStream rest =
                    served(at.open(HttpMethod.GET, "/api/chat/" + run, null, SseStream.WHOLE, "Last-Event-ID", lastId));
            if (rest != null) {
                stream = rest;
                all.addAll(stream.awaitEnd().events());
                lastId = stream.lastId();
                connections++;
            }
        }
        SseStream.assertWhole(all);
        assertEquals("completed", SseStream.data(all, "done").get(0).getString("status"), () -> run + ", seed " + seed);
        return new Asked(run, connections);
    }

    /** Null when the node is away, or says that it is about to be. */
    private static @Nullable SseStream served(CompletableFuture<SseStream> opening) {
        SseStream stream;
        try {
            stream = opening.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException away) {
            assertFalse(away.getCause() instanceof TimeoutException, () -> "it took too long: " + away);
            return null;
        }
        if (stream.status() == 200) {
            return stream;
        }
        assertEquals(503, stream.status(), () -> stream.problem().encode());
        String code = stream.problem().getString("code");
        assertTrue(Set.of("draining", "stopping").contains(code), code);
        LockSupport.parkNanos(PAUSE_NANOS);
        return null;
    }

    private Map<String, String> publish(List<SseClient> nodes, int number) {
        Map<String, String> told = new HashMap<>();
        AtomicInteger acknowledged = new AtomicInteger();
        for (int round = 0; rolling || round == 0; round++) {
            String source = "/publisher/" + number + "/" + round;
            Random random = new Random(seed - number - 31L * round);
            told.putAll(new FeedPublisher(nodes, source, EVENTS_A_ROUND, random, acknowledged).publishAll());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return told;
    }

    private List<LoggedEvent> log(String feed) {
        Response entries =
                redis.ask(fleet.callers().vertx(), "xrange", "millrace:{feed:default/" + feed + "}:events", "-", "+");
        List<LoggedEvent> log = new ArrayList<>();
        for (Response entry : entries) {
            JsonObject event = new JsonObject(Buffer.buffer(entry.get(1).get(3).toBytes()));
            log.add(new LoggedEvent(entry.get(0).toString(), event));
        }
        return log;
    }

    /** Every event that a publisher was told of stands where it was told, once, and there is nothing else. */
    private void assertStored(List<LoggedEvent> log, Map<String, String> told) {
        Set<String> seen = new HashSet<>();
        for (LoggedEvent event : log) {
            assertTrue(seen.add(event.name()), () -> event.name() + " is there twice, seed " + seed);
            assertEquals(event.id(), told.get(event.name()), "seed " + seed);
        }
        assertEquals(told.keySet(), seen, "seed " + seed);
    }

    /** The end of each run was told once, and so was each drain. */
    private void assertTold(List<Asked> asked) {
        Map<String, Integer> completed = new TreeMap<>();
        int draining = 0;
        for (LoggedEvent event : log("main")) {
            if (event.type().equals("dev.millrace.run.completed.v1")) {
                completed.merge(event.event().getJsonObject("data").getString("run"), 1, Integer::sum);
            }
            draining += event.type().equals("dev.millrace.node.draining.v1") ? 1 : 0;
        }
        Map<String, Integer> expected = new TreeMap<>();
        asked.forEach(each -> expected.put(each.run(), 1));
        assertEquals(expected, completed, "seed " + seed);
        assertEquals(all().size(), draining);
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four publishers and twenty consumers on two nodes for events, of which one or the other is killed every few seconds
 * and comes back, and once Redis. Who publishes asks again until it is answered; who reads comes back with its last id.
 */
@Timeout(240)
class EventsSoakTest {

    private static final int PUBLISHERS = 4;
    private static final int EACH = 2_500;
    private static final int ALL = PUBLISHERS * EACH;
    private static final int CONSUMERS = 20;

    /** How many events are acknowledged when Redis is killed; nodes are before that and after. */
    private static final int REDIS_DIES = ALL / 2;

    private static final int DEATHS = 6;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private Redis redis;
    private Fleet fleet;
    private List<Member> nodes;

    @BeforeEach
    void start() throws Exception {
        System.out.println("seed " + seed);
        redis = Redis.start(folder, Redis.DURABLE);
        fleet = Fleet.over(redis, folder);
        nodes = List.of(fleet.begin("events"), fleet.begin("events"));
        nodes.forEach(Member::awaitReady);
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        redis.close();
        threads.shutdownNow();
    }

    @Test
    void nothingIsLostDoubledOrOutOfOrderWhateverDies() throws Exception {
        List<SseClient> clients =
                nodes.stream().map(node -> fleet.client(node, "ada")).toList();
        List<FeedConsumer> consumers = new ArrayList<>();
        for (int i = 0; i < CONSUMERS; i++) {
            consumers.add(new FeedConsumer(clients, i, new Random(seed + i)));
        }
        List<CompletableFuture<Map<String, String>>> publishers = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            FeedPublisher publisher =
                    new FeedPublisher(clients, "/publisher/" + p, EACH, new Random(seed - p), acknowledged);
            publishers.add(CompletableFuture.supplyAsync(publisher::publishAll, threads));
        }
        CompletableFuture<Void> reading = CompletableFuture.allOf(
                consumers.stream().map(each -> each.readOn(threads)).toArray(CompletableFuture[]::new));
        killInTurn();
        Map<String, String> told = new HashMap<>();
        for (CompletableFuture<Map<String, String>> publisher : publishers) {
            told.putAll(publisher.get());
        }
        assertEquals(ALL, told.size());
        List<LoggedEvent> log = log();
        assertOnce(log, told);
        for (FeedConsumer consumer : consumers) {
            consumer.expect(log);
        }
        reading.get();
        consumers.forEach(consumer -> consumer.assertRead(log, "seed " + seed));
        System.out.println(
                consumers.stream().mapToInt(FeedConsumer::connections).sum() + " connections of " + CONSUMERS
                        + " consumers");
    }

    /** Each death comes with the progress of the publishers, so that all of them fall into their time. */
    private void killInTurn() throws Exception {
        boolean redisDied = false;
        for (int death = 0; death < DEATHS; death++) {
            int progress = (death + 1) * ALL / (DEATHS + 2);
            Server.eventually(progress + " events", () -> acknowledged.get() >= progress);
            if (!redisDied && progress >= REDIS_DIES) {
                redisDied = true;
                redis.kill();
                redis.startAgain();
            }
            Member node = nodes.get(death % nodes.size());
            node.kill();
            node.startAgain();
        }
        assertTrue(redisDied);
    }

    /** What Redis has, asked past everything of ours. */
    private List<LoggedEvent> log() {
        Response entries =
                redis.ask(fleet.callers().vertx(), "xrange", "millrace:{feed:default/soak}:events", "-", "+");
        List<LoggedEvent> log = new ArrayList<>();
        for (Response entry : entries) {
            JsonObject event = new JsonObject(Buffer.buffer(entry.get(1).get(3).toBytes()));
            log.add(new LoggedEvent(entry.get(0).toString(), event));
        }
        return log;
    }

    /** Every event that a publisher was told of stands where it was told, and there is nothing else. */
    private void assertOnce(List<LoggedEvent> log, Map<String, String> told) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < log.size(); i++) {
            LoggedEvent event = log.get(i);
            assertEquals(i + 1, event.seq(), "seed " + seed);
            assertTrue(seen.add(event.name()), () -> event.name() + " is there twice, seed " + seed);
            assertEquals(event.id(), told.get(event.name()), "seed " + seed);
        }
        assertEquals(ALL, log.size(), "seed " + seed);
    }
}

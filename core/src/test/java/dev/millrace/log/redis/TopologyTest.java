package dev.millrace.log.redis;

import static dev.millrace.log.StreamLogContract.await;
import static dev.millrace.log.StreamLogContract.expected;
import static dev.millrace.log.StreamLogContract.ticks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Doorbell;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.Reader;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.redis.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster, sentinels and TLS, each of real processes. */
@Timeout(120)
class TopologyTest {

    private static final RedisLimits LIMITS = new RedisLimits(Duration.ofSeconds(60), 16 << 20, Duration.ofMillis(50));

    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        await(vertx.close());
    }

    private RedisServer start(String... arguments) throws Exception {
        RedisServer server = RedisServer.started(arguments);
        open.add(server);
        return server;
    }

    private RedisLog open(RedisEndpoint endpoint) {
        RedisLog log = await(RedisLog.open(vertx, endpoint, LIMITS, Map.of(), Doorbell.SILENT));
        open.add(() -> await(log.close()));
        return log;
    }

    @Test
    void a_cluster_of_three_holds_streams_on_all_of_its_nodes() throws Exception {
        List<RedisServer> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(start("--cluster-enabled", "yes"));
        }
        for (int i = 0; i < 3; i++) {
            Object[] slots = IntStream.range(i * 5462, Math.min(16384, (i + 1) * 5462))
                    .boxed()
                    .toArray();
            nodes.get(i).ask(vertx, "cluster", prepend("addslots", slots));
            nodes.get(0).ask(vertx, "cluster", "meet", "127.0.0.1", nodes.get(i).port());
        }
        for (RedisServer node : nodes) {
            until(() -> text(node.ask(vertx, "cluster", "info")).contains("cluster_state:ok")
                    && text(node.ask(vertx, "cluster", "slots")).split("127.0.0.1", -1).length > 3);
        }
        RedisLog log =
                open(RedisEndpoint.parse(nodes.get(0).url() + "," + nodes.get(1).url() + "?cluster"));
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(log.append(StreamName.run(i + "}run"), ticks(1, 2), 0));
        }
        all.forEach(one -> assertEquals(2, await(one).last().seq()));
        for (RedisServer node : nodes) {
            assertTrue(node.ask(vertx, "dbsize").toLong() > 10);
        }
        for (int i = 0; i < 60; i++) {
            Reader reader = new Reader(log.tail(StreamName.run(i + "}run"), EventId.BEGINNING));
            assertEquals(expected(1, 2), await(reader.has(2)));
            reader.tail.close();
        }
    }

    @Test
    void sentinels_lead_to_the_master_and_to_the_next_when_it_dies() throws Exception {
        RedisServer master = start();
        RedisServer replica = start("--replicaof", "127.0.0.1 " + master.port());
        until(() -> text(replica.ask(vertx, "info", "replication")).contains("master_link_status:up"));
        RedisServer sentinel = RedisServer.sentinel(master.port());
        open.add(sentinel);
        until(() -> text(sentinel.ask(vertx, "sentinel", "replicas", "main")).contains("" + replica.port()));
        RedisLog log = open(RedisEndpoint.parse(sentinel.url() + "?sentinel=main"));
        StreamName run = StreamName.run("r");
        await(log.append(run, ticks(1), 0));
        assertEquals(1, master.ask(vertx, "wait", 1, 30_000).toLong());
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING));
        await(reader.has(1));
        master.kill();
        assertEquals(2, await(log.append(run, ticks(2), 1)).last().seq());
        assertEquals(expected(1, 2), await(reader.has(2)));
        assertEquals(
                2, replica.ask(vertx, "xlen", Keys.of("millrace", run).stream()).toLong());
        reader.tail.close();
    }

    @Test
    void tls_is_spoken_with_who_the_given_authority_has_signed(@TempDir Path directory) throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
        int port = RedisServer.freePort();
        RedisServer server = RedisServer.of(
                RedisBinary.newest(),
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                certificate.certificatePath(),
                "--tls-key-file",
                certificate.privateKeyPath(),
                "--tls-auth-clients",
                "no");
        open.add(server);
        try {
            server.start();
        } catch (java.io.IOException e) {
            Assumptions.abort("this Redis was built without TLS");
        }
        Path ca = Files.copy(Path.of(certificate.certificatePath()), directory.resolve("ca.pem"));
        RedisLog log = open(RedisEndpoint.parse("rediss://localhost:" + port + "?ca=" + ca));
        await(log.append(StreamName.run("r"), ticks(1), 0));
        assertEquals(1, await(log.all(StreamName.run("r"))).size());
        Future<RedisLog> stranger = RedisLog.open(
                vertx, RedisEndpoint.parse("rediss://localhost:" + port), LIMITS, Map.of(), Doorbell.SILENT);
        assertThrows(LogUnavailable.class, () -> await(stranger));
        certificate.delete();
    }

    /** Asks again on each turn of a timer: what nodes tell each other comes when it comes. */
    private void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Promise<Void> later = Promise.promise();
            vertx.setTimer(50, timer -> later.complete());
            await(later.future());
        }
    }

    private static String text(Response response) {
        return String.valueOf(response);
    }

    private static Object[] prepend(Object first, Object[] rest) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(rest));
        return all.toArray();
    }
}

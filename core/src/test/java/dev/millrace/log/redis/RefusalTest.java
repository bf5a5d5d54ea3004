package dev.millrace.log.redis;

import static dev.millrace.log.StreamLogContract.await;
import static dev.millrace.log.StreamLogContract.done;
import static dev.millrace.log.StreamLogContract.tick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Doorbell;
import dev.millrace.log.LogFull;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that does not let us in, or does not take more: in one sentence, without a secret. */
@Timeout(60)
class RefusalTest {

    private final Vertx vertx = Vertx.vertx();
    private @Nullable RedisServer server;

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
        if (server != null) {
            server.close();
        }
    }

    private RedisServer start(String... arguments) throws Exception {
        RedisServer started = RedisServer.started(arguments);
        server = started;
        return started;
    }

    private RedisLog open(RedisEndpoint endpoint) {
        return await(RedisLog.open(vertx, endpoint, RedisLimits.DEFAULTS, Map.of(), Doorbell.SILENT));
    }

    private String refusal(RedisEndpoint endpoint) {
        return said(assertThrows(LogUnavailable.class, () -> open(endpoint)));
    }

    private static String said(Throwable refusal) {
        return String.valueOf(refusal.getMessage());
    }

    @Test
    void a_wrong_password_is_refused_and_not_repeated() throws Exception {
        RedisServer redis = start("--requirepass", "right");
        String said = refusal(redis.endpoint().password("wrong-secret"));
        assertEquals(
                "the log cannot be opened in Redis at 127.0.0.1:" + redis.port()
                        + ": it refuses the user or the password",
                said);
        assertFalse(said.contains("wrong-secret"));
    }

    @Test
    void a_missing_password_is_asked_for() throws Exception {
        RedisServer redis = start("--requirepass", "right");
        assertEquals(
                "the log cannot be opened in Redis at 127.0.0.1:" + redis.port() + ": it wants a password",
                refusal(redis.endpoint()));
    }

    @Test
    void a_user_with_the_password_of_a_file_is_let_in_to_its_own_keys() throws Exception {
        RedisServer redis = start("--user", "millrace", "on", ">pass~word", "~millrace:*", "+@all");
        Path file = Files.writeString(directory.resolve("password"), "pass~word\n");
        RedisEndpoint endpoint = RedisEndpoint.parse("redis://millrace@127.0.0.1:" + redis.port())
                .passwordFrom(file);
        RedisLog log = open(endpoint);
        StreamName run = StreamName.run("r");
        await(log.append(run, List.of(tick(1)), 0));
        assertEquals(1, await(log.all(run)).size());
        await(log.close());
    }

    @Test
    void nobody_there_is_said_with_host_and_port() throws Exception {
        int port = RedisServer.freePort();
        String said = refusal(RedisEndpoint.parse("redis://127.0.0.1:" + port));
        assertTrue(said.startsWith("the log cannot be opened in Redis at 127.0.0.1:" + port + ": "), said);
        assertTrue(said.contains("refused"), said);
    }

    @Test
    void a_redis_that_takes_no_more_says_so_and_can_still_be_read_and_ended() throws Exception {
        for (RedisBinary binary : new RedisBinary[] {RedisBinary.newest(), RedisBinary.oldest()}) {
            if (binary != null) {
                full(RedisServer.of(binary, "--maxmemory", "6mb", "--maxmemory-policy", "noeviction"));
            }
        }
    }

    private void full(RedisServer redis) throws Exception {
        try (redis) {
            redis.start();
            RedisLog log = open(redis.endpoint());
            StreamName run = StreamName.run("r");
            Event big = Event.of("big", Buffer.buffer("\"" + "x".repeat(200_000) + "\""));
            LogFull full = assertThrows(LogFull.class, () -> {
                for (int n = 0; n < 100; n++) {
                    await(log.append(run, List.of(big), n));
                }
            });
            assertEquals(
                    "Redis at 127.0.0.1:" + redis.port()
                            + " has used up its maxmemory and evicts nothing; give it more, or keep less",
                    full.getMessage());
            EventId head = await(log.head(run)).head();
            assertEquals(1, await(log.read(run, EventId.BEGINNING, 1)).entries().size());
            EventId last = await(log.append(run, List.of(done()), head.seq())).last();
            assertEquals(head.seq() + 1, last.seq());
            assertTrue(await(log.head(run)).closed());
            await(log.expire(run, java.time.Duration.ofMinutes(1)));
            await(log.expire(run, java.time.Duration.ZERO));
            await(log.append(run, List.of(big), 0));
            await(log.close());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "http://localhost",
                "redis://",
                "redis://host/notadatabase",
                "redis://user:secret@host",
                "redis://:secret@host",
                "redis://a,redis://b",
                "redis://a,rediss://b?cluster",
                "redis://u@a,redis://v@b?cluster",
                "redis://a/3?cluster",
                "redis://a?sentinel",
                "redis://a?sentinel=",
                "redis://a?cluster=no",
                "redis://a?cluster&sentinel=m",
                "redis://a?prefix={x}",
                "redis://a?password=secret",
                "redis://sec ret@host"
            })
    void a_url_that_says_nothing_or_too_much_is_refused_without_repeating_it(String url) {
        String said = said(assertThrows(IllegalArgumentException.class, () -> RedisEndpoint.parse(url)));
        assertFalse(said.contains("secret"), said);
    }

    @Test
    void an_endpoint_speaks_of_places_and_never_of_who_comes() {
        assertEquals("host:6379", RedisEndpoint.parse("redis://host").toString());
        assertEquals(
                "a:1, b:26379 (sentinel of main)",
                RedisEndpoint.parse("rediss://me@a:1/2,rediss://me@b:26379?sentinel=main&prefix=x")
                        .password("secret")
                        .toString());
        assertEquals("[::1]:7", RedisEndpoint.parse("redis://[::1]:7?cluster").toString());
    }

    @Test
    void a_password_file_that_is_not_there_or_empty_is_named() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        RedisEndpoint endpoint = RedisEndpoint.parse("redis://host");
        for (Path file : List.of(empty, directory.resolve("none"))) {
            String said = said(assertThrows(IllegalArgumentException.class, () -> endpoint.passwordFrom(file)));
            assertTrue(said.contains(file.toString()), said);
        }
    }
}

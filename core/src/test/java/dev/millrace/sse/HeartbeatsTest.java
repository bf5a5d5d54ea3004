package dev.millrace.sse;

import static dev.millrace.sse.SseServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pulse, with readers whose sockets a test holds in its hand. */
@Timeout(60)
class HeartbeatsTest {

    private static final String PING = ": ping\nid: 0-0\n\n";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Heartbeats heartbeats = new Heartbeats(vertx, 15_000, () -> 0, 3_600_000);

    @AfterEach
    void nothing_stays_behind() throws Exception {
        assertEquals(0, heartbeats.open());
        assertEquals(0, heartbeats.timers());
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }

    @Test
    void ten_thousand_responses_share_one_timer_and_are_pinged_evenly_once_in_15_seconds() throws Exception {
        on(() -> {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                sockets.add(new Socket(true));
            }
            assertEquals(10_000, heartbeats.open());
            assertEquals(1, heartbeats.timers());
            for (int second = 1; second <= 15; second++) {
                int before = pings(sockets);
                heartbeats.tick(0);
                int pinged = pings(sockets) - before;
                assertTrue(pinged == 666 || pinged == 667, "second " + second + ": " + pinged);
            }
            sockets.forEach(s -> assertEquals(1, s.pings()));
            sockets.forEach(s -> s.stream.reset());
            return null;
        });
    }

    @Test
    void a_response_whose_queue_is_full_is_pinged_as_soon_as_it_has_drained() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            socket.stream.write(Buffer.buffer(new byte[SseResponse.DEFAULT_QUEUE_BYTES]));
            tick(20);
            assertEquals(0, socket.pings());
            socket.takeAll();
            tick(1);
            assertEquals(1, socket.pings());
            socket.stream.reset();
            return null;
        });
    }

    @Test
    void a_reader_that_takes_nothing_for_30_seconds_is_reset() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            tick(29);
            assertEquals(1, heartbeats.open());
            tick(1);
            assertEquals(0, heartbeats.open());
            assertTrue(socket.broken);
            return null;
        });
    }

    @Test
    void a_reader_that_takes_a_little_is_never_reset() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            socket.stream.write(Buffer.buffer(new byte[1 << 20])); // one event, that shows its progress in slices
            for (int i = 0; i < 60; i++) {
                socket.take();
                tick(29);
            }
            assertEquals(1, heartbeats.open());
            socket.stream.reset();
            return null;
        });
    }

    @Test
    void a_reader_that_does_not_take_the_end_is_reset_too() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            socket.stream.end();
            tick(29);
            assertEquals(1, heartbeats.open());
            tick(1);
            assertTrue(socket.broken);
            return null;
        });
    }

    @Test
    void a_reader_for_whom_nothing_waits_is_never_reset() throws Exception {
        on(() -> {
            Socket socket = new Socket(true);
            tick(1000);
            assertEquals(1, heartbeats.open());
            socket.stream.reset();
            return null;
        });
    }

    @Test
    void a_queue_is_full_at_its_size_and_drains_at_half_of_it() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            socket.takeAll();
            int[] drained = {0};
            socket.stream.setWriteQueueMaxSize(4).drainHandler(v -> drained[0]++);
            for (int i = 1; i <= 4; i++) {
                socket.stream.write(Buffer.buffer("x"));
                assertEquals(i == 4, socket.stream.writeQueueFull());
            }
            socket.take();
            assertTrue(socket.stream.writeQueueFull());
            socket.take();
            assertEquals(1, drained[0]);
            assertEquals(false, socket.stream.writeQueueFull());
            socket.takeAll();
            assertEquals(1, drained[0]);
            socket.stream.reset();
            return null;
        });
    }

    @Test
    void a_position_that_fails_resets_its_own_response_and_no_other() throws Exception {
        on(() -> {
            Socket bad = new Socket(true);
            Socket good = new Socket(true);
            bad.stream.position(() -> "not\nan id");
            tick(15);
            assertTrue(bad.broken);
            assertEquals(1, good.pings());
            good.stream.reset();
            return null;
        });
    }

    @Test
    void a_failed_write_closes_a_response_whose_close_handler_was_taken_away() throws Exception {
        on(() -> {
            Socket socket = new Socket(false);
            int[] closes = {0};
            socket.stream.onClose(v -> closes[0]++);
            socket.waiting.remove(0).fail("gone");
            assertEquals(1, closes[0]);
            return null;
        });
    }

    @Test
    void a_verticle_that_goes_takes_no_other_ones_timer_with_it() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ids.add(await(vertx.deployVerticle(new VerticleBase() {
                        @Override
                        public Future<?> start() {
                            sockets.add(new Socket(true));
                            return Future.succeededFuture();
                        }
                    })
                    .toCompletionStage()
                    .toCompletableFuture()));
        }
        assertEquals(2, heartbeats.timers());
        on(() -> {
            sockets.get(0).stream.reset();
            return null;
        });
        await(vertx.undeploy(ids.get(0)).toCompletionStage().toCompletableFuture());
        assertEquals(1, heartbeats.timers());
        on(() -> {
            sockets.get(1).stream.reset();
            return null;
        });
    }

    @Test
    void who_stays_for_its_lifetime_is_sent_away_up_to_a_tenth_later() throws Exception {
        heartbeats.lifetime(100_000);
        on(() -> {
            Map<Integer, Integer> leftAt = new TreeMap<>();
            int[] second = {0};
            for (int i = 0; i < 1_000; i++) {
                Socket socket = new Socket(true);
                socket.stream.farewell((retry, draining) -> {
                    assertEquals(false, draining);
                    assertTrue(retry >= 1_000 && retry < 4_000, () -> "retry " + retry);
                    leftAt.merge(second[0], 1, Integer::sum);
                    socket.stream.end();
                });
            }
            for (second[0] = 1; second[0] <= 110; second[0]++) {
                heartbeats.tick(0);
            }
            assertEquals(0, heartbeats.open());
            assertTrue(leftAt.keySet().stream().allMatch(at -> at >= 100 && at <= 110), leftAt::toString);
            assertTrue(leftAt.values().stream().allMatch(count -> count < 200), leftAt::toString);
            return null;
        });
    }

    @Test
    void without_a_lifetime_nobody_is_sent_away() throws Exception {
        on(() -> {
            Socket socket = new Socket(true);
            tick(100_000);
            assertEquals(1, heartbeats.open());
            socket.stream.reset();
            return null;
        });
    }

    @Test
    void a_drain_sends_everybody_away_with_a_retry_of_its_own_and_completes() throws Exception {
        List<Long> retries = new ArrayList<>();
        Socket[] stalled = new Socket[1];
        on(() -> {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(true);
                socket.stream.farewell((retry, draining) -> {
                    assertTrue(draining);
                    retries.add(retry);
                    socket.stream.end();
                });
            }
            new Socket(true); // without a farewell: is reset
            stalled[0] = new Socket(true);
            stalled[0].stream.farewell((retry, draining) -> {}); // is about to end by itself
            return null;
        });
        await(heartbeats.drain(200).toCompletionStage().toCompletableFuture());
        assertEquals(100, retries.size());
        assertTrue(new HashSet<>(retries).size() > 50, retries::toString);
        on(() -> {
            assertEquals(1, heartbeats.open());
            stalled[0].stream.end();
            return null;
        });
    }

    @Test
    void a_drain_without_readers_is_over_at_once_and_who_still_comes_is_sent_away_at_the_next_tick() throws Exception {
        await(heartbeats.drain(3_600_000).toCompletionStage().toCompletableFuture());
        on(() -> {
            Socket late = new Socket(true);
            boolean[] told = {false};
            late.stream.farewell((retry, draining) -> {
                told[0] = draining;
                late.stream.reset();
            });
            tick(1);
            assertTrue(told[0]);
            return null;
        });
    }

    @Test
    void the_timer_is_what_ticks() throws Exception {
        try (SseServer server = new SseServer(1)) {
            SseServer.Reader reader = server.read(server.client(HttpVersion.HTTP_1_1));
            SseServer.Opened open = server.opened();
            String expected = "retry: 1000\nid: 0-0\n\n" + PING;
            assertTrue(reader.bytes(expected.length()).startsWith(expected));
            server.on(() -> open.response().end());
            await(open.closed());
            assertEquals(0, server.heartbeats.timers());
        }
    }

    @Test
    void a_stream_is_refused_off_the_event_loop() {
        assertThrows(IllegalStateException.class, () -> new Socket(true));
    }

    @Test
    void an_interval_under_a_second_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new Heartbeats(vertx, 999));
    }

    private static int pings(List<Socket> sockets) {
        return sockets.stream().mapToInt(Socket::pings).sum();
    }

    private void tick(int seconds) {
        for (int i = 0; i < seconds; i++) {
            heartbeats.tick(0);
        }
    }

    private void on(Callable<?> action) throws Exception {
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(v -> {
            try {
                action.call();
                done.complete();
            } catch (Exception | AssertionError e) {
                done.fail(e);
            }
        });
        await(done.future().toCompletionStage().toCompletableFuture());
    }

    /** An HTTP/1.1 exchange whose bytes are taken at once, or when the test says so. */
    private final class Socket {

        final List<Promise<Void>> waiting = new ArrayList<>();
        final SseResponse stream;
        boolean broken;
        private final boolean taking;
        private int pings;

        Socket(boolean taking) {
            this.taking = taking;
            this.stream = SseResponse.open(request(), heartbeats, 0, "0-0");
        }

        int pings() {
            return pings;
        }

        void take() {
            waiting.remove(0).complete();
        }

        void takeAll() {
            while (!waiting.isEmpty()) {
                take();
            }
        }

        private HttpServerRequest request() {
            HttpServerResponse response = fake(HttpServerResponse.class, (method, args) -> switch (method) {
                case "write" -> written((Buffer) args[0]);
                case "end" -> written(Buffer.buffer());
                default -> null;
            });
            HttpConnection connection = fake(HttpConnection.class, (method, args) -> {
                broken |= method.equals("close");
                return Future.succeededFuture();
            });
            return fake(HttpServerRequest.class, (method, args) -> switch (method) {
                case "response" -> response;
                case "connection" -> connection;
                case "version" -> HttpVersion.HTTP_1_1;
                default -> null;
            });
        }

        private Future<Void> written(Buffer bytes) {
            if (bytes.toString().equals(PING)) {
                pings++;
            }
            Promise<Void> taken = Promise.promise();
            if (taking) {
                taken.complete();
            } else {
                waiting.add(taken);
            }
            return taken.future();
        }
    }

    private interface Answer {
        @Nullable
        Object to(String method, Object[] args);
    }

    /** A stand-in for one of Vert.x's wide interfaces; a method without an answer of its own returns the stand-in. */
    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            @Nullable Object result = answer.to(method.getName(), args);
            return result == null ? proxy : result;
        }));
    }
}

package dev.millrace.sse;

import static dev.millrace.sse.SseServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SseResponseTest {

    private static final String OPENING = "retry: 1000\nid: 0-0\n\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            + "cache-control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\ntransfer-encoding: chunked\r\n\r\n";

    private SseServer server;

    @BeforeEach
    void start() throws Exception {
        server = new SseServer();
    }

    /** Whatever a test did: nothing stays open and no timer runs behind it. */
    @AfterEach
    void nothing_stays_behind() throws Exception {
        assertEquals(0, server.heartbeats.open());
        assertEquals(0, server.heartbeats.timers());
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void the_head_and_the_first_bytes_come_at_once(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();

        assertEquals(OPENING, reader.bytes(OPENING.length()));
        assertEquals(200, reader.response.statusCode());
        assertEquals("text/event-stream", reader.response.getHeader("Content-Type"));
        assertEquals("no-cache, no-transform", reader.response.getHeader("Cache-Control"));
        assertEquals("no", reader.response.getHeader("X-Accel-Buffering"));
        assertNull(reader.response.getHeader("Content-Length"));
        assertEquals(1, server.heartbeats.open());
        assertEquals(1, server.heartbeats.timers());
        end(open);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_stream_that_is_ended_ends_cleanly(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        server.on(() -> open.response().write(SseEncoder.event("1-1", "done", "{}")));
        end(open);

        assertEquals("ended", reader.ending());
        assertEquals(OPENING + "id: 1-1\nevent: done\ndata: {}\n\n", reader.body());
        assertEquals(1, open.closes().get());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_stream_that_is_reset_breaks_behind_what_was_written(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        assertEquals(OPENING, reader.bytes(OPENING.length()));
        server.on(() -> {
            open.response().reset();
            open.response().reset();
            return null;
        });

        assertEquals("broken", reader.ending());
        await(open.closed());
        assertEquals(1, open.closes().get());
    }

    @Test
    void who_is_sent_away_over_http2_is_told_to_take_another_connection() throws Exception {
        SseServer.Reader reader = server.read(server.client(HttpVersion.HTTP_2));
        SseServer.Opened open = server.opened();
        CompletableFuture<Long> goAway = new CompletableFuture<>();
        reader.request.connection().goAwayHandler(told -> goAway.complete(told.getErrorCode()));
        open.response().farewell((retry, draining) -> open.response()
                .write(Buffer.buffer("bye"))
                .compose(said -> open.response().end()));
        server.heartbeats.drain(0);

        assertEquals(0, await(goAway));
        assertEquals("ended", reader.ending());
        assertEquals(OPENING + "bye", reader.body());
        await(open.closed());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_client_that_leaves_closes_the_response_once(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        reader.request.reset();

        await(open.closed());
        server.on(() -> {
            open.response().reset();
            return null;
        });
        assertEquals(1, open.closes().get());
        assertTrue(server.on(() -> open.response().write(Buffer.buffer("x")).failed()));
        assertTrue(server.on(() -> open.response().end().failed()));
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_client_whose_connection_closes_closes_the_response_once(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        reader.request.connection().close();

        await(open.closed());
        assertEquals(1, open.closes().get());
    }

    @Test
    void who_asks_late_is_told_at_once_that_the_response_is_closed() throws Exception {
        server.read(server.client(HttpVersion.HTTP_1_1));
        SseServer.Opened open = server.opened();
        end(open);
        CompletableFuture<Void> late = new CompletableFuture<>();
        server.on(() -> open.response().onClose(late::complete));
        assertTrue(late.isDone());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_heartbeat_carries_the_position_evaluated(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        server.seconds(14);
        server.on(() -> open.response().position(() -> "42-1795165913943"));
        server.seconds(1);
        server.on(() -> open.response().position(() -> "43-1795165913944"));
        server.seconds(15);

        String expected = OPENING + ": ping\nid: 42-1795165913943\n\n: ping\nid: 43-1795165913944\n\n";
        assertEquals(expected, reader.bytes(expected.length()));
        end(open);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_paused_client_stops_the_source_and_gets_all_of_it_later(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        reader.response.pause();
        Numbers numbers = new Numbers(200_000);
        server.on(() -> {
            open.response().stream(numbers, n -> SseEncoder.event(n + "-1", "n", "x".repeat(100)), () -> false);
            return null;
        });
        await(numbers.paused);
        assertTrue(server.on(() -> numbers.next < 200_000));

        reader.response.resume();
        assertEquals("ended", reader.ending());
        assertEquals(200_000, count(reader.body()));
        await(open.closed());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_source_that_fails_resets_the_response(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        Numbers numbers = new Numbers(0);
        server.on(() -> {
            open.response().stream(numbers, n -> Buffer.buffer("x"), () -> false);
            numbers.failures.handle(new IllegalStateException("the log is gone"));
            return null;
        });
        assertEquals("broken", reader.ending());
        await(open.closed());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_client_that_leaves_while_the_source_is_idle_reaches_the_owner(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        Numbers idle = new Numbers(Long.MAX_VALUE);
        idle.demand = false;
        server.on(() -> {
            open.response().stream(idle, n -> Buffer.buffer("x"), () -> false);
            return null;
        });
        reader.request.reset();
        await(open.closed());
        await(idle.paused);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void a_reader_that_takes_nothing_for_30_seconds_is_over_and_not_pinged(HttpVersion version) throws Exception {
        SseServer.Reader reader = server.read(server.client(version));
        SseServer.Opened open = server.opened();
        reader.response.pause();
        fill(open);
        server.seconds(31); // the first may still see what the kernel took before

        await(open.closed());
        assertEquals(1, open.closes().get());
        reader.response.resume();
        assertEquals("broken", reader.ending());
        assertFalse(reader.body().contains("ping"));
    }

    /** RST_STREAM, and nothing to the connection: the other streams of a browser or a proxy share it. */
    @Test
    void a_reader_that_stalls_over_HTTP_2_loses_its_stream_and_no_other() throws Exception {
        HttpClient client = server.client(HttpVersion.HTTP_2);
        SseServer.Reader stalled = server.read(client);
        SseServer.Opened stalledOpen = server.opened();
        SseServer.Reader other = server.read(client);
        SseServer.Opened otherOpen = server.opened();
        assertSame(stalled.request.connection(), other.request.connection());
        stalled.response.pause();
        fill(stalledOpen);

        String event = "id: 1-1\nevent: e\ndata: x\n\n";
        server.on(() -> otherOpen.response().write(Buffer.buffer(event)));
        assertEquals(OPENING + event, other.bytes(OPENING.length() + event.length()));
        server.seconds(31);
        await(stalledOpen.closed());
        stalled.response.resume();
        assertEquals("broken", stalled.ending());

        assertEquals(0, otherOpen.closes().get());
        server.on(() -> otherOpen.response().write(Buffer.buffer(event)));
        end(otherOpen);
        assertEquals("ended", other.ending());
        assertTrue(other.body().endsWith(event));
        SseServer.Reader next = server.read(client);
        assertSame(other.request.connection(), next.request.connection());
        end(server.opened());
    }

    @Test
    void a_warning_comes_ahead_of_the_deadline_and_the_owner_has_the_last_word() throws Exception {
        SseServer.Reader reader = server.read(server.client(HttpVersion.HTTP_1_1));
        SseServer.Opened open = server.opened();
        Buffer expiring = SseEncoder.event(null, "expiring", "{}");
        server.on(() -> {
            SseResponse response = open.response();
            response.deadline(100_000, 60_000, () -> expiring, v -> response.end(Buffer.buffer("data: bye\n\n")));
            for (long now : new long[] {39_999, 40_000, 41_000, 99_999, 100_000, 101_000}) {
                server.heartbeats.tick(now);
            }
            return null;
        });
        assertEquals("ended", reader.ending());
        assertEquals(OPENING + "event: expiring\ndata: {}\n\ndata: bye\n\n", reader.body());
    }

    @Test
    void a_look_is_taken_with_every_tick_until_the_response_ends() throws Exception {
        SseServer.Reader reader = server.read(server.client(HttpVersion.HTTP_1_1));
        SseServer.Opened open = server.opened();
        int[] looks = new int[1];
        server.on(() -> {
            SseResponse response = open.response();
            response.everySecond(() -> looks[0]++);
            server.heartbeats.tick(1_000);
            server.heartbeats.tick(2_000);
            response.end();
            server.heartbeats.tick(3_000);
            return null;
        });
        assertEquals("ended", reader.ending());
        assertEquals(2, looks[0]);
    }

    @Test
    void a_deadline_that_is_past_ends_right_after_its_warning() throws Exception {
        SseServer.Reader reader = server.read(server.client(HttpVersion.HTTP_1_1));
        SseServer.Opened open = server.opened();
        server.on(() -> {
            SseResponse response = open.response();
            response.deadline(100_000, 60_000, () -> Buffer.buffer("data: warning\n\n"), v -> response.reset());
            server.heartbeats.tick(100_000);
            return null;
        });
        assertEquals("broken", reader.ending());
        assertEquals(OPENING + "data: warning\n\n", reader.body());
    }

    @Test
    void the_bytes_of_HTTP_1_1_end_with_the_last_chunk_only_if_the_stream_was_ended() throws Exception {
        Raw ended = new Raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        end(server.opened());
        assertEquals(
                HEAD.replace("chunked\r\n", "chunked\r\nconnection: close\r\n") + "15\r\n" + OPENING + "\r\n0\r\n\r\n",
                await(ended.closed));

        Raw reset = new Raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        SseServer.Opened open = server.opened();
        server.on(() -> {
            open.response().reset();
            return null;
        });
        assertEquals(HEAD + "15\r\n" + OPENING + "\r\n", await(reset.closed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
    void HTTP_1_0_gets_plain_bytes_until_the_connection_closes(String header) throws Exception {
        Raw raw = new Raw("GET / HTTP/1.0\r\n" + header + "\r\n");
        SseServer.Opened open = server.opened();
        server.on(() -> open.response().write(Buffer.buffer("data: a\n\n")));
        end(open);
        String bytes = await(raw.closed);
        assertEquals(OPENING + "data: a\n\n", bytes.substring(bytes.indexOf("\r\n\r\n") + 4));
        assertFalse(bytes.toLowerCase(Locale.ROOT).contains("transfer-encoding"), bytes);
    }

    private void end(SseServer.Opened open) throws Exception {
        server.on(() -> open.response().end());
        await(open.closed());
    }

    /** Writes until neither the client nor the kernels take any more. */
    private void fill(SseServer.Opened open) throws Exception {
        boolean full = false;
        Buffer event = SseEncoder.event("1-1", "e", "x".repeat(1 << 20));
        for (int i = 0; i < 64 && !full; i++) {
            full = server.on(() -> {
                open.response().write(event);
                return open.response().writeQueueFull();
            });
        }
        assertTrue(full);
    }

    private static int count(String body) {
        int[] last = {0};
        SseDecoder decoder = new SseDecoder(1 << 16, event -> {
            last[0]++;
            assertEquals(last[0] + "-1", event.id());
        });
        decoder.feed(Buffer.buffer(body));
        return last[0];
    }

    /** A client that speaks bytes: what it got until the server closed. */
    private final class Raw {

        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final Buffer bytes = Buffer.buffer();

        Raw(String request) throws Exception {
            NetSocket socket = await(server.vertx
                    .createNetClient()
                    .connect(server.port, "localhost")
                    .toCompletionStage()
                    .toCompletableFuture());
            socket.handler(bytes::appendBuffer).closeHandler(v -> closed.complete(bytes.toString()));
            socket.write(request);
        }
    }

    /** The numbers from 1 to a last one, as fast as they are asked for; on the server's loop. */
    private static final class Numbers implements ReadStream<Long> {

        final CompletableFuture<Void> paused = new CompletableFuture<>();
        final long last;
        long next = 1;
        boolean demand = true;
        private boolean running;
        private Handler<Long> items = n -> {};
        private Handler<Void> end = v -> {};
        Handler<Throwable> failures = e -> {};

        Numbers(long last) {
            this.last = last;
        }

        private void run() {
            if (running) {
                return; // resumed from inside an item
            }
            running = true;
            while (demand && next <= last) {
                items.handle(next++);
            }
            running = false;
            if (demand && last > 0 && next == last + 1) {
                next++;
                end.handle(null);
            }
        }

        @Override
        public ReadStream<Long> handler(@Nullable Handler<Long> handler) {
            items = handler == null ? n -> {} : handler;
            run();
            return this;
        }

        @Override
        public ReadStream<Long> endHandler(@Nullable Handler<Void> handler) {
            end = handler == null ? v -> {} : handler;
            return this;
        }

        @Override
        public ReadStream<Long> exceptionHandler(@Nullable Handler<Throwable> handler) {
            failures = handler == null ? e -> {} : handler;
            return this;
        }

        @Override
        public ReadStream<Long> pause() {
            demand = false;
            paused.complete(null);
            return this;
        }

        @Override
        public ReadStream<Long> resume() {
            demand = true;
            run();
            return this;
        }

        @Override
        public ReadStream<Long> fetch(long amount) {
            return resume();
        }
    }
}

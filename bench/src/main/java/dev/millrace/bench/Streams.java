package dev.millrace.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Reads many answers at once, and notes for each token how long it took from the {@link Upstream}'s socket to ours. It
 * writes its requests by hand and looks for times in the bytes, so that it costs little beside what it measures.
 */
final class Streams {

    private static final int STAGGER_MILLIS = 2_000;
    /** Opened before the counting, and read for as long after it. */
    private static final int MARGIN_MILLIS = 1_000;

    private final Vertx vertx;
    private final NetClient client;

    /** What one round of many streams gave. @param cut how many streams ended before their last token */
    record Taken(Latencies tokens, int count, Latencies first, int cut) {}

    Streams(Vertx vertx) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(10_000));
    }

    /**
     * Opens the streams evenly over two seconds, counts for so long, and waits for their ends.
     *
     * @param request makes the head and the body for a number of tokens
     */
    Future<Taken> read(int streams, int seconds, int port, IntFunction<Buffer> request) {
        int tokens = (STAGGER_MILLIS + 2 * MARGIN_MILLIS + seconds * 1_000) / Upstream.MILLIS_BETWEEN;
        Buffer asked = request.apply(tokens);
        Promise<Taken> taken = Promise.promise();
        vertx.runOnContext(go -> {
            long from = System.nanoTime() + (STAGGER_MILLIS + MARGIN_MILLIS) * 1_000_000L;
            Round round = new Round(streams, tokens, from, from + seconds * 1_000_000_000L, taken::complete);
            for (int i = 0; i < streams; i++) {
                vertx.setTimer(1 + (long) i * STAGGER_MILLIS / streams, due -> client.connect(port, "127.0.0.1")
                        .onSuccess(socket -> new Reader(round).read(socket, asked))
                        .onFailure(cause -> round.ended(0)));
            }
        });
        return taken.future();
    }

    /** What all streams of a round give together. On the event loop. */
    private static final class Round {

        private final int tokens;
        private final long from;
        private final long to;
        private final Consumer<Taken> done;
        private final long[] latencies;
        private final long[] firsts;
        private int open;
        private int count;
        private int begun;
        private int cut;

        Round(int streams, int tokens, long from, long to, Consumer<Taken> done) {
            this.open = streams;
            this.tokens = tokens;
            this.from = from;
            this.to = to;
            this.done = done;
            this.latencies = new long[streams * tokens];
            this.firsts = new long[streams];
        }

        void first(long nanos) {
            firsts[begun++] = nanos;
        }

        void token(long written, long now) {
            if (written >= from && written < to) {
                latencies[count++] = now - written;
            }
        }

        void ended(int received) {
            cut += received < tokens ? 1 : 0;
            if (--open == 0) {
                done.accept(new Taken(ascending(latencies, count), count, ascending(firsts, begun), cut));
            }
        }

        private static Latencies ascending(long[] values, int count) {
            long[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            return Latencies.of(sorted);
        }
    }

    /** One stream: finds the times in it, however it is cut. */
    private static final class Reader {

        private final Round round;
        private long asked;
        private int received;
        private int digits = -1;
        private long written;

        Reader(Round round) {
            this.round = round;
        }

        void read(NetSocket socket, Buffer request) {
            socket.handler(this::bytes);
            socket.exceptionHandler(reset -> {});
            socket.closeHandler(closed -> round.ended(received));
            asked = System.nanoTime();
            socket.write(request);
        }

        private void bytes(Buffer bytes) {
            long now = System.nanoTime();
            byte[] raw = bytes.getBytes();
            for (byte each : raw) {
                if (each == Upstream.MARK) {
                    digits = 0;
                    written = 0;
                } else if (digits >= 0) {
                    written = written * 10 + (each - '0');
                    if (++digits == Upstream.DIGITS) {
                        digits = -1;
                        token(now);
                    }
                }
            }
        }

        private void token(long now) {
            if (received++ == 0) {
                round.first(now - asked);
            }
            round.token(written, now);
        }
    }
}

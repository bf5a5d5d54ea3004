package dev.millrace.bench;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.Loudspeaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Many sessions that hear and speak at once: each sends a frame of soft noise every 20 ms, and is spoken to without an
 * end. On one event loop, with one timer for all: the sessions take their turns millisecond by millisecond.
 */
final class AudioLoad {

    private static final int FRAME_MS = 20;
    private static final int SAMPLES = Loudspeaker.RATE * FRAME_MS / 1_000;
    private static final int FRAMES_BETWEEN_PINGS = 50;

    private static final int ATTEMPTS = 20;
    private static final int RETRY_MS = 1_000;

    /** One after the other: a start of all at once measures the start. */
    private static final int ASKING_MS = 20;

    /** So soft that it is never taken for somebody who speaks, and never silent. */
    private static final int LOUDNESS = 40;

    private static final long SEED = 20_251_120;

    private final Vertx vertx;
    private final WebSocketClient sockets;
    private final int port;
    private final String token;
    private final short[][] noise = new short[FRAMES_BETWEEN_PINGS][SAMPLES];
    private final List<AudioTalker> talkers = new ArrayList<>();
    private long turn;

    /** What came of a while. @param lost sessions that ended, and speeches that did */
    record Heard(Latencies frames, Latencies roundTrips, long up, long down, long lost) {

        void into(Map<String, Double> figures) {
            frames.into(figures);
            figures.put("ping p99", roundTrips.millis(0.99));
            figures.put("frames down", (double) down);
            figures.put("frames up", (double) up);
            figures.put("lost", (double) lost);
        }
    }

    AudioLoad(Vertx vertx, int port, String token) {
        this.vertx = vertx;
        this.port = port;
        this.token = token;
        this.sockets = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10_000));
        Random random = new Random(SEED);
        for (short[] frame : noise) {
            for (int i = 0; i < SAMPLES; i++) {
                frame[i] = (short) (LOUDNESS * random.nextGaussian());
            }
        }
    }

    /** Opens sessions, one after the other, until there are so many; each sends from then on. */
    Future<Void> open(int sessions) {
        Promise<Void> opened = Promise.promise();
        vertx.runOnContext(go -> {
            if (talkers.isEmpty()) {
                long begin = System.nanoTime();
                vertx.setPeriodic(1, tick -> send((System.nanoTime() - begin) / 1_000_000));
            }
            next(sessions, ATTEMPTS, opened);
        });
        return opened.future();
    }

    /** A server that is late takes nobody more until it is on time again. */
    private void next(int sessions, int attempts, Promise<Void> opened) {
        if (talkers.size() == sessions) {
            opened.complete();
            return;
        }
        AudioTalker talker = new AudioTalker();
        WebSocketConnectOptions where = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .putHeader("Authorization", "Bearer " + token);
        AudioClient.open(sockets, where, AudioClient.hello(Loudspeaker.RATE), talker)
                .compose(talker::begun)
                .onSuccess(there -> {
                    talkers.add(talker);
                    next(sessions, ATTEMPTS, opened);
                })
                .onFailure(cause -> {
                    if (attempts == 1) {
                        opened.tryFail(cause);
                    } else {
                        vertx.setTimer(RETRY_MS, again -> next(sessions, attempts - 1, opened));
                    }
                });
    }

    /** Each millisecond has its sessions; what was late is made up for. */
    private void send(long dueTurn) {
        for (; turn <= dueTurn; turn++) {
            int frame = (int) (turn / FRAME_MS % FRAMES_BETWEEN_PINGS);
            for (int i = (int) (turn % FRAME_MS); i < talkers.size(); i += FRAME_MS) {
                talkers.get(i).send(noise[frame], frame == i % FRAMES_BETWEEN_PINGS);
            }
        }
    }

    /** Has the sessions ask something, whose answer is spoken for longer than anybody measures. */
    Future<Void> ask() {
        Promise<Void> spoken = Promise.promise();
        vertx.runOnContext(go -> {
            for (int i = 0; i < talkers.size(); i++) {
                AudioTalker talker = talkers.get(i);
                vertx.setTimer(1 + (long) i * ASKING_MS, due -> talker.ask());
            }
            vertx.setPeriodic(100, look -> {
                if (talkers.stream().allMatch(AudioTalker::hears)) {
                    vertx.cancelTimer(look);
                    spoken.tryComplete();
                }
            });
        });
        return spoken.future();
    }

    /** Listens for a while. */
    Future<Heard> measure(int seconds) {
        Promise<Heard> measured = Promise.promise();
        vertx.runOnContext(go -> {
            talkers.forEach(AudioTalker::begin);
            vertx.setTimer(seconds * 1_000L, over -> measured.complete(heard()));
        });
        return measured.future();
    }

    private Heard heard() {
        Samples frames = new Samples();
        Samples roundTrips = new Samples();
        long up = 0;
        long lost = 0;
        for (AudioTalker talker : talkers) {
            talker.end(frames, roundTrips);
            up += talker.sent();
            lost += talker.lost();
        }
        return new Heard(frames.latencies(), roundTrips.latencies(), up, frames.size(), lost);
    }

    /** Numbers without boxes. */
    static final class Samples {

        private long[] values = new long[1_024];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        long get(int index) {
            return values[index];
        }

        int size() {
            return size;
        }

        void clear() {
            size = 0;
        }

        Latencies latencies() {
            long[] sorted = Arrays.copyOf(values, size);
            Arrays.sort(sorted);
            return Latencies.of(sorted);
        }
    }
}

package dev.millrace.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process in the place of a model's server: it streams as many tokens as the question says ({@code tokens=400}), one
 * each 20 ms, and each token is the time at which it was written. One timer serves all streams, a twentieth of them each
 * millisecond, so that a second is filled evenly.
 */
public final class Upstream {

    /** Begins a token; then follow the digits of {@link System#nanoTime}, which all processes of a Linux share. */
    static final char MARK = '@';

    static final int DIGITS = 16;
    static final int MILLIS_BETWEEN = 20;

    private static final Pattern TOKENS = Pattern.compile("tokens=(\\d+)");
    private static final String BEFORE =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                    + "[{\"index\":0,\"delta\":{\"content\":\"" + MARK;
    private static final String AFTER = " \"},\"finish_reason\":null}]}\n\n";
    private static final Buffer HEAD =
            Buffer.buffer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final Buffer END = chunk(
                    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n")
            .appendString("0\r\n\r\n");

    private final List<List<Stream>> slots = new ArrayList<>();
    private int newest;
    private long ticks;

    private Upstream() {
        for (int i = 0; i < MILLIS_BETWEEN; i++) {
            slots.add(new ArrayList<>());
        }
    }

    /** @param args the port */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Upstream upstream = new Upstream();
        vertx.createNetServer()
                .connectHandler(upstream::connected)
                .listen(Integer.parseInt(args[0]), "127.0.0.1")
                .onSuccess(listening -> {
                    long begin = System.nanoTime();
                    vertx.setPeriodic(1, timer -> upstream.catchUp((System.nanoTime() - begin) / 1_000_000));
                    System.out.println("ready");
                })
                .onFailure(cause -> {
                    System.err.println(cause.getMessage());
                    System.exit(1);
                });
    }

    private void connected(NetSocket socket) {
        Buffer[] received = {Buffer.buffer()};
        socket.exceptionHandler(reset -> {});
        socket.handler(bytes -> {
            String request = received[0].appendBuffer(bytes).toString(StandardCharsets.ISO_8859_1);
            int body = request.indexOf("\r\n\r\n") + 4;
            if (body > 3 && request.length() - body >= contentLength(request)) {
                received[0] = Buffer.buffer();
                begin(socket, request);
            }
        });
    }

    private static int contentLength(String request) {
        Matcher length = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)").matcher(request);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    /** The first token at once: how soon it comes is what is measured. */
    private void begin(NetSocket socket, String request) {
        Matcher tokens = TOKENS.matcher(request);
        int count = tokens.find() ? Integer.parseInt(tokens.group(1)) : 1;
        boolean closes = request.toLowerCase(java.util.Locale.ROOT).contains("\r\nconnection: close\r\n");
        Stream stream = new Stream(socket, count, closes);
        socket.write(HEAD);
        if (stream.next()) {
            slots.get(newest++ % MILLIS_BETWEEN).add(stream);
        }
    }

    /** A timer that comes late makes up for it, as a model would not wait either. */
    private void catchUp(long now) {
        while (ticks < now) {
            slots.get((int) (ticks++ % MILLIS_BETWEEN)).removeIf(stream -> !stream.next());
        }
    }

    /** Not by a format: it would cost more than all the rest. */
    private static String padded(long nanos) {
        String digits = Long.toString(nanos);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    private static Buffer chunk(String text) {
        return Buffer.buffer(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /** One answer. */
    private static final class Stream {

        private final NetSocket socket;
        private final boolean closes;
        private int left;

        Stream(NetSocket socket, int tokens, boolean closes) {
            this.socket = socket;
            this.left = tokens;
            this.closes = closes;
        }

        /** Whether more is to come. */
        boolean next() {
            socket.write(chunk(BEFORE + padded(System.nanoTime()) + AFTER));
            left--;
            if (left == 0) {
                socket.write(END);
                if (closes) {
                    socket.close();
                }
            }
            return left > 0;
        }
    }
}

package dev.millrace.agent.openai;

import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server that speaks as model servers do, byte for byte: it is told what to answer, in which pieces, and how to end. It
 * writes HTTP by hand, so that it can do wrong what real servers do wrong.
 */
public final class StandIn {

    /** How a body ends. */
    public enum End {
        /** As HTTP ends it. */
        CLEAN,
        /** The connection is closed in the middle of the body. */
        CUT,
        /** The connection is reset. */
        RESET,
        /** It does not: the test goes on with it. */
        OPEN
    }

    /**
     * What to answer.
     *
     * @param split bytes in each piece, a chunk of HTTP each; 0 for all in one
     */
    public record Script(int status, Map<String, String> headers, Buffer body, int split, End end) {

        /** A stream of events. */
        public static Script stream(String wire) {
            return new Script(200, Map.of("Content-Type", "text/event-stream"), Buffer.buffer(wire), 0, End.CLEAN);
        }

        public static Script refusal(int status, String body) {
            return new Script(status, Map.of("Content-Type", "application/json"), Buffer.buffer(body), 0, End.CLEAN);
        }

        public Script with(String header, String value) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Script(status, all, body, split, end);
        }

        public Script in(int bytes) {
            return new Script(status, headers, body, bytes, end);
        }

        public Script ending(End how) {
            return new Script(status, headers, body, split, how);
        }
    }

    /** A request that came, and the connection it came on. */
    public static final class Exchange {

        private final String head;
        private final JsonObject body;
        private final NetSocket socket;
        private final Promise<Void> closed;

        private Exchange(String head, JsonObject body, NetSocket socket, Promise<Void> closed) {
            this.head = head;
            this.body = body;
            this.socket = socket;
            this.closed = closed;
        }

        /** The request line and the headers, as they stood. */
        public String head() {
            return head;
        }

        public JsonObject body() {
            return body;
        }

        /** Completes when the client has closed the connection. */
        public Future<Void> closed() {
            return closed.future();
        }

        /** The next piece of an open answer. */
        public Exchange send(String text) {
            socket.write(chunk(Buffer.buffer(text)));
            return this;
        }

        /** Whether as much as a socket takes lies there unread. */
        public boolean isHeldUp() {
            return socket.writeQueueFull();
        }

        public void end() {
            socket.write("0\r\n\r\n");
        }

        /** As a node does that is lost: what is under way is lost too. */
        public void reset() {
            StandIn.reset(socket);
        }
    }

    private final NetServer server;
    private final Queue<Script> scripts = new ArrayDeque<>();
    private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
    private Script last = Script.stream("");
    private int connections;

    private StandIn(Vertx vertx) {
        server = vertx.createNetServer();
        server.connectHandler(this::serve);
    }

    public static StandIn start(Vertx vertx) {
        StandIn standIn = new StandIn(vertx);
        standIn.server
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return standIn;
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    /** From now on it answers so, one after the other and then always as the last says. */
    public synchronized StandIn answers(Script... answers) {
        scripts.clear();
        scripts.addAll(java.util.List.of(answers));
        return this;
    }

    /** The next request that came, in their order. */
    public Exchange take() {
        try {
            Exchange exchange = exchanges.poll(20, TimeUnit.SECONDS);
            if (exchange == null) {
                throw new AssertionError("nobody asked");
            }
            return exchange;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** How many requests came that no test has looked at. */
    public int untaken() {
        return exchanges.size();
    }

    /** How many connections there were. */
    public synchronized int connections() {
        return connections;
    }

    private void serve(NetSocket socket) {
        synchronized (this) {
            connections++;
        }
        Promise<Void> closed = Promise.promise();
        socket.closeHandler(gone -> closed.tryComplete());
        socket.exceptionHandler(reset -> {});
        Buffer[] received = {Buffer.buffer()};
        socket.handler(bytes -> received[0] = requests(received[0].appendBuffer(bytes), socket, closed));
    }

    /** Answers what is there whole, and returns the rest. */
    private Buffer requests(Buffer bytes, NetSocket socket, Promise<Void> closed) {
        String text = bytes.toString("ISO-8859-1");
        int blank = text.indexOf("\r\n\r\n");
        if (blank < 0) {
            return bytes;
        }
        String head = text.substring(0, blank + 2);
        int length = head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        int end = blank + 4 + length;
        if (bytes.length() < end) {
            return bytes;
        }
        JsonObject body = new JsonObject(bytes.getBuffer(blank + 4, end));
        exchanges.add(new Exchange(head, body, socket, closed));
        answer(socket);
        return requests(bytes.getBuffer(end, bytes.length()), socket, closed);
    }

    private void answer(NetSocket socket) {
        Script script = next();
        StringBuilder head =
                new StringBuilder("HTTP/1.1 " + script.status() + " Said\r\nTransfer-Encoding: chunked\r\n");
        script.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        Buffer wire = Buffer.buffer(head.append("\r\n").toString());
        Buffer whole = script.body();
        int split = script.split() == 0 ? Math.max(1, whole.length()) : script.split();
        for (int from = 0; from < whole.length(); from += split) {
            wire.appendBuffer(chunk(whole.getBuffer(from, Math.min(whole.length(), from + split))));
        }
        if (script.end() == End.CLEAN) {
            wire.appendString("0\r\n\r\n");
        }
        Future<Void> written = socket.write(wire);
        if (script.end() == End.CUT) {
            written.onComplete(sent -> socket.end());
        } else if (script.end() == End.RESET) {
            written.onComplete(sent -> reset(socket));
        }
    }

    private static void reset(NetSocket socket) {
        ((NetSocketInternal) socket).channelHandlerContext().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        socket.close();
    }

    private synchronized Script next() {
        last = scripts.isEmpty() ? last : scripts.remove();
        return last;
    }

    private static Buffer chunk(Buffer piece) {
        return Buffer.buffer(Integer.toHexString(piece.length()) + "\r\n")
                .appendBuffer(piece)
                .appendString("\r\n");
    }
}

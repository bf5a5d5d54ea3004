package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.EventId;
import dev.millrace.run.OwnedId;
import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one reader got: every block of the stream as it stood on the wire, the events in them, and how it ended. It may
 * leave after so many events: it then closes the connection and looks at nothing that came with the last of them.
 */
final class SseStream {

    static final int WHOLE = Integer.MAX_VALUE;

    /** How a stream ended for its reader. */
    enum End {
        /** As HTTP ends a body. */
        CLEAN,
        /** Broken off by the server. */
        RESET,
        /** The reader left. */
        LEFT
    }

    /** What HTTP/2 calls leaving. */
    private static final long CANCEL = 8;

    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final long CHANGE_MILLIS = 500;

    private final Vertx vertx;
    private final HttpClientResponse response;
    private final int cutAfter;
    private final SseDecoder decoder = new SseDecoder(MAX_EVENT_BYTES, this::event);
    private final List<String> blocks = new ArrayList<>();
    private final List<SseEvent> events = new ArrayList<>();
    private Buffer pending = Buffer.buffer();
    private int scanned;
    private boolean over;
    private End end = End.LEFT;

    SseStream(Vertx vertx, HttpClientResponse response, int cutAfter) {
        this.vertx = vertx;
        this.response = response;
        this.cutAfter = cutAfter;
        response.exceptionHandler(e -> end(End.RESET));
        response.endHandler(e -> end(End.CLEAN));
        if (cutAfter == 0) {
            leave();
        } else {
            response.handler(this::chunk);
        }
    }

    /** Takes one chunk at a time, each so many milliseconds after the other. */
    SseStream atPace(IntSupplier millis) {
        response.pause();
        pull(millis);
        return this;
    }

    private void pull(IntSupplier millis) {
        synchronized (this) {
            if (over) {
                return;
            }
        }
        response.fetch(1);
        vertx.setTimer(Math.max(1, millis.getAsInt()), id -> pull(millis));
    }

    private synchronized void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        if (status() != 200) {
            pending.appendBuffer(chunk);
            return;
        }
        pending.appendBuffer(chunk);
        int from = 0;
        for (int i = Math.max(1, scanned); i < pending.length() && !over; i++) {
            if (pending.getByte(i) == '\n' && pending.getByte(i - 1) == '\n' && i > from) {
                Buffer block = pending.getBuffer(from, i + 1);
                blocks.add(block.toString());
                decoder.feed(block);
                from = i + 1;
                i++; // a block is never empty
            }
        }
        pending = pending.getBuffer(from, pending.length());
        scanned = pending.length();
        notifyAll();
    }

    private void event(SseEvent event) {
        events.add(event);
        if (events.size() == cutAfter) {
            leave();
        }
    }

    private synchronized void end(End how) {
        if (!over) {
            over = true;
            end = how;
            notifyAll();
        }
    }

    /**
     * Closes the connection, whatever is under way; of HTTP/2 only this stream, as others may use the connection. Once the
     * stream is over its connection may be somebody else's, and stays.
     */
    synchronized void leave() {
        if (over) {
            return;
        }
        end(End.LEFT);
        if (response.version() == HttpVersion.HTTP_2) {
            response.request().reset(CANCEL);
        } else {
            response.request().connection().close();
        }
    }

    int status() {
        return response.statusCode();
    }

    MultiMap headers() {
        return response.headers();
    }

    String header(String name) {
        String value = headers().get(name);
        if (value == null) {
            throw new AssertionError("no header " + name + " with status " + status() + " " + pending);
        }
        return value;
    }

    String run() {
        return header("X-Run-Id");
    }

    String session() {
        return header("X-Session-Id");
    }

    /** The tag of the node that writes the run. */
    String writer() {
        return OwnedId.node(run());
    }

    private synchronized void await(String what, Predicate<SseStream> done) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try {
            while (!done.test(this)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("never came: " + what + "; read so far:\n" + String.join("", blocks));
                }
                TimeUnit.NANOSECONDS.timedWait(this, left); // woken by each chunk
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    SseStream awaitEnd() {
        await("the end", stream -> stream.over);
        return this;
    }

    SseStream awaitEvents(int count) {
        await(count + " events", stream -> stream.events.size() >= count || stream.over);
        if (events().size() < count) {
            throw new AssertionError("ended " + end() + " after " + events().size() + " events: " + wire());
        }
        return this;
    }

    SseStream awaitEvent(Predicate<SseEvent> wanted) {
        await("an event", stream -> stream.over || stream.events.stream().anyMatch(wanted));
        return this;
    }

    /** Waits for more bytes or for the end, but not for long. */
    synchronized void awaitChange() {
        try {
            TimeUnit.MILLISECONDS.timedWait(this, CHANGE_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    SseStream awaitOpening() {
        await("the first bytes", stream -> stream.over || !stream.blocks.isEmpty());
        return this;
    }

    synchronized End end() {
        return end;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Blocks in order, the first bytes first. */
    synchronized List<String> blocks() {
        return List.copyOf(blocks);
    }

    synchronized List<SseEvent> events() {
        return List.copyOf(events);
    }

    /** Everything, as it stood on the wire, but for heartbeats: those come by the clock, to one reader and not to another. */
    String wire() {
        return blocks().stream().filter(block -> !block.startsWith(":")).collect(Collectors.joining());
    }

    /** What came after the last whole block. */
    synchronized String rest() {
        return pending.toString();
    }

    /** The blocks of events, without the first bytes and pings. */
    List<String> eventBlocks() {
        return blocks().stream().filter(block -> block.contains("data: ")).toList();
    }

    synchronized String lastId() {
        return decoder.lastEventId();
    }

    JsonObject problem() {
        awaitEnd();
        synchronized (this) {
            return new JsonObject(pending);
        }
    }

    // What a run's events say.

    static List<JsonObject> data(List<SseEvent> events, String type) {
        return events.stream()
                .filter(event -> event.type().equals(type))
                .map(event -> new JsonObject(event.data()))
                .toList();
    }

    List<JsonObject> data(String type) {
        return data(events(), type);
    }

    /** The answer as a client has it that appends. */
    static String appended(List<SseEvent> events) {
        StringBuilder text = new StringBuilder();
        data(events, "token").stream()
                .filter(token -> !token.containsKey("channel"))
                .forEach(token -> text.append(token.getString("text")));
        return text.toString();
    }

    /** The answer as a client has it that writes each token where it belongs. */
    static String placed(List<SseEvent> events) {
        StringBuilder text = new StringBuilder();
        data(events, "token").forEach(token -> {
            int at = token.getInteger("at");
            String piece = token.getString("text");
            text.replace(at, Math.min(text.length(), at + piece.length()), piece);
        });
        return text.toString();
    }

    String text() {
        return appended(events());
    }

    JsonObject done() {
        awaitEnd();
        List<JsonObject> done = data("done");
        if (done.size() != 1 || !events().get(events().size() - 1).type().equals("done")) {
            throw new AssertionError("not one last word, but " + done.size() + "; status " + status() + ", end " + end()
                    + ":\n" + wire() + pending);
        }
        return done.get(0);
    }

    /** Whether the last word fits the text. */
    static boolean matches(JsonObject done, String text) {
        return done.getInteger("text_length") == text.length()
                && done.getString("text_sha256").equals(sha256(text));
    }

    static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A run from its first event to its last word: each seq once, and a text that is what the last word says of it. */
    static void assertWhole(List<SseEvent> events) {
        assertEquals(LongStream.rangeClosed(1, events.size()).boxed().toList(), seqs(events), "each seq once");
        String text = appended(events);
        assertEquals(text, placed(events));
        List<JsonObject> done = data(events, "done");
        assertEquals(1, done.size());
        assertTrue(matches(done.get(0), text), () -> done + " for " + text);
    }

    /** When the last event was stored, by the log's clock. */
    long lastMillis() {
        return EventId.parse(lastId()).orElseThrow().millis();
    }

    /** The positions of events that have one. */
    static List<Long> seqs(List<SseEvent> events) {
        return events.stream()
                .map(event -> EventId.parse(event.id()).orElseThrow().seq())
                .toList();
    }
}

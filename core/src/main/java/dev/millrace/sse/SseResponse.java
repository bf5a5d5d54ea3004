package dev.millrace.sse;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of an event stream over HTTP/1.0, HTTP/1.1 or HTTP/2.
 *
 * <p>Everything here is called on the event loop of the request, and calls back on it. The response takes the one close
 * handler of the {@link HttpServerResponse}: who sets another afterwards (vertx-web's {@code addEndHandler} does) takes
 * away its knowledge of a vanished client until the next heartbeat fails.
 *
 * <p>It ends in one of three ways, and {@link #onClose} tells of each once: {@link #end} after a last word,
 * {@link #reset} without one, or the client is gone.
 *
 * <p>A queue is full when it holds 32 KiB that the socket has not taken: counted here, because HTTP/2 has no other bound
 * and Vert.x counts messages on HTTP/1. A reader that takes nothing at all for 30 seconds is reset; one that takes a
 * little, however slowly, never.
 */
public final class SseResponse implements WriteStream<Buffer> {

    /** How long a reader may take nothing of what waits for him before he is reset, in milliseconds. */
    public static final long STALL_MILLIS = 30_000;

    /** Most bytes that wait for one reader before his source is paused, if nothing else is said. */
    public static final int DEFAULT_QUEUE_BYTES = 32 * 1024;

    private static final Logger log = LoggerFactory.getLogger(SseResponse.class);

    /** Progress shows only when a whole write was taken, so a long one is cut: a slow reader of a megabyte is no stalled one. */
    private static final int SLICE = 16 * 1024;

    private static final int STALL_TICKS = (int) (STALL_MILLIS / Heartbeats.TICK_MILLIS);

    /** INTERNAL_ERROR of RFC 9113, section 7: with Vert.x's default, NO_ERROR, a client may take what it has for whole. */
    private static final long INTERNAL_ERROR = 2;

    private static final long NO_ERROR = 0;

    private static final CharSequence ACCEL_BUFFERING = HttpHeaders.createOptimized("X-Accel-Buffering");

    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final HttpVersion version;
    private final Beat beat;
    private final Promise<Void> closed = Promise.promise();
    private Supplier<String> position;
    private @Nullable Handler<Void> drainHandler;
    private @Nullable Deadline deadline;
    private Runnable everySecond = () -> {};
    private int maxQueueBytes = DEFAULT_QUEUE_BYTES;
    private long waitingBytes;
    private boolean full;
    private boolean progressed;
    private int stalledTicks;
    private int ticksToPing;
    private int ticksToLeave;
    private Farewell farewell = (retryMillis, draining) -> reset();
    private boolean ending;
    private boolean over;

    private SseResponse(HttpServerRequest request, Beat beat, String id) {
        this.response = request.response();
        this.connection = request.connection();
        this.version = Objects.requireNonNull(request.version());
        this.beat = beat;
        this.position = () -> id;
    }

    /**
     * Answers the request with an event stream: status 200, the headers that keep caches and proxies from holding it back,
     * and at once the first bytes. Headers of the owner (a {@code Location}, say) are set before.
     *
     * @param retryMillis how long the client shall wait before it comes back, in milliseconds; 0 or more
     * @param id the position before the first event
     * @throws IllegalStateException if this is not the event loop of the request, or the head is already written
     */
    public static SseResponse open(HttpServerRequest request, Heartbeats heartbeats, long retryMillis, String id) {
        return begin(request, heartbeats, SseEncoder.opening(retryMillis, id), id);
    }

    /**
     * Answers the request with an event stream that says when to come back, and is over: for a browser's EventSource,
     * which never comes back after any other answer. It leaves the client the id it has.
     *
     * @param clean whether the stream ends, or is reset because a clean end would look like an answer
     */
    public static void turnAway(HttpServerRequest request, Heartbeats heartbeats, boolean clean) {
        SseResponse stream = begin(request, heartbeats, SseEncoder.retry(Retry.scattered()), "");
        if (clean) {
            stream.end();
        } else {
            stream.reset();
        }
    }

    private static SseResponse begin(HttpServerRequest request, Heartbeats heartbeats, Buffer opening, String id) {
        if (!Context.isOnEventLoopThread()) {
            throw new IllegalStateException("a stream is opened on the event loop of its request");
        }
        head(request.response());
        SseResponse stream = new SseResponse(request, heartbeats.here(), id);
        stream.start(opening);
        return stream;
    }

    private static void head(HttpServerResponse response) {
        response.setStatusCode(200)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
                .putHeader(ACCEL_BUFFERING, "no")
                .setChunked(true); // Vert.x leaves it out for HTTP/1.0, whose body lasts until the connection closes
    }

    private void start(Buffer opening) {
        response.closeHandler(v -> close());
        ticksToPing = beat.join(this);
        ticksToLeave = beat.ticksToLeave();
        write(opening);
    }

    /**
     * Where heartbeats find the last position evaluated for this reader; until it is set, the id the stream began with.
     * Called on the event loop; it should be cheap.
     */
    public SseResponse position(Supplier<String> position) {
        this.position = position;
        return this;
    }

    /**
     * The stream may not outlive this instant, such as the end of a credential. A second call replaces the first.
     *
     * @param epochMillis milliseconds since the Unix epoch; judged once a second
     * @param warnBeforeMillis how many milliseconds ahead the warning is written; 0 or more
     * @param warning bytes of an event; asked for when they are written, for they may depend on what was written before
     * @param reached called once, to write a last word and end the stream, or to reset it; nothing ends by itself
     */
    public SseResponse deadline(
            long epochMillis, long warnBeforeMillis, Supplier<Buffer> warning, Handler<Void> reached) {
        deadline = new Deadline(epochMillis - warnBeforeMillis, warning, epochMillis, reached);
        return this;
    }

    /**
     * Called about once a second while the response is open and takes bytes, by the heartbeat that all share. It should be
     * cheap. A second call replaces the first.
     */
    public SseResponse everySecond(Runnable look) {
        everySecond = look;
        return this;
    }

    /** What a reader is told who is sent away; without one he is told nothing, and the stream is reset. */
    public SseResponse farewell(Farewell farewell) {
        this.farewell = farewell;
        return this;
    }

    /** Called once when the response is over for whatever reason; at once if it is. Several handlers are called in order. */
    public SseResponse onClose(Handler<Void> handler) {
        closed.future().onComplete(done -> handler.handle(null));
        return this;
    }

    /**
     * Writes a source to the client until one of them ends: pauses it while the queue is full, ends the response with it,
     * resets the response if it fails. If the client leaves, the source is paused and no more: closing it is for the
     * owner, in {@link #onClose}.
     *
     * @param encoding the bytes of an item; none when there is nothing to say of it
     * @param enough asked after each item: whether the response ends here although the source goes on
     */
    public <T> void stream(ReadStream<T> source, Function<? super T, Buffer> encoding, BooleanSupplier enough) {
        onClose(v -> source.pause());
        drainHandler(v -> source.resume());
        source.exceptionHandler(this::fail);
        source.endHandler(v -> end());
        source.handler(item -> {
            if (!done()) {
                forward(encoding, item);
                if (enough.getAsBoolean()) {
                    end();
                } else if (writeQueueFull()) {
                    source.pause();
                }
            }
        });
    }

    private <T> void forward(Function<? super T, Buffer> encoding, T item) {
        try {
            Buffer bytes = encoding.apply(item);
            if (bytes.length() > 0) {
                write(bytes);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Resets the response because of something that went wrong on our side, and says so in the server's log. */
    public void fail(Throwable cause) {
        log.warn("The source of a stream failed, its response is reset", cause);
        reset();
    }

    /** Completes when the socket has taken the bytes; fails if the response is over. Never throws. */
    @Override
    public Future<Void> write(Buffer data) {
        if (done()) {
            return Future.failedFuture("the response is over");
        }
        int from = 0;
        for (; data.length() - from > SLICE; from += SLICE) {
            send(data.slice(from, from + SLICE));
        }
        return send(from == 0 ? data : data.slice(from, data.length()));
    }

    private Future<Void> send(Buffer data) {
        int length = data.length();
        waitingBytes += length;
        full = full || waitingBytes >= maxQueueBytes;
        return response.write(data).onComplete((done, failure) -> taken(length, failure));
    }

    /** The socket took a write, or never will. A failure is news only if the close handler was taken from us. */
    private void taken(int length, @Nullable Throwable failure) {
        waitingBytes -= length;
        if (failure != null) {
            close();
            return;
        }
        progressed = true;
        if (full && waitingBytes <= maxQueueBytes / 2) {
            full = false;
            drained();
        }
    }

    private void drained() {
        if (drainHandler != null && !done()) {
            drainHandler.handle(null);
        }
    }

    @Override
    public boolean writeQueueFull() {
        return full && !done();
    }

    @Override
    public SseResponse drainHandler(@Nullable Handler<Void> handler) {
        drainHandler = handler;
        return this;
    }

    /**
     * How much may wait before the queue is full.
     *
     * @param maxSize bytes, 1 or more
     */
    @Override
    public SseResponse setWriteQueueMaxSize(int maxSize) {
        if (maxSize < 1) {
            throw new IllegalArgumentException("a queue holds 1 byte or more: " + maxSize);
        }
        maxQueueBytes = maxSize;
        return this;
    }

    @Override
    public SseResponse exceptionHandler(@Nullable Handler<Throwable> handler) {
        if (!done()) {
            response.exceptionHandler(handler);
        }
        return this;
    }

    /** Ends the stream after its last word. Completes, and closes, when the client's socket has taken everything. */
    @Override
    public Future<Void> end() {
        if (done()) {
            return Future.failedFuture("the response is over");
        }
        ending = true;
        return response.end().onComplete((done, failure) -> {
            if (version == HttpVersion.HTTP_1_0) {
                connection
                        .close(); // the only end a body without length or chunks has, even if keep-alive was asked for
            }
            close();
        });
    }

    /**
     * Breaks the stream off: no terminating chunk on HTTP/1.1, RST_STREAM on HTTP/2, so that the client sees an error and
     * not an end. (HTTP/1.0 cannot tell the two apart.) Does nothing once the response is over.
     *
     * <p>On HTTP/1, Vert.x closes behind what is already written. The response is over at once, but the socket of a reader
     * that takes nothing stays, with the bytes that wait, until the reader or the kernel gives up; a server that wants it
     * gone sets {@code HttpServerOptions.setWriteIdleTimeout}.
     */
    public void reset() {
        if (over) {
            return;
        }
        if (version == HttpVersion.HTTP_2) {
            response.reset(INTERNAL_ERROR);
        } else {
            connection.close();
        }
        close();
    }

    private boolean done() {
        return ending || over;
    }

    private void close() {
        if (!over) {
            over = true;
            beat.leave(this);
            closed.complete();
        }
    }

    /** Asks the reader to go on elsewhere. */
    void leave(boolean draining) {
        if (!done()) {
            if (version == HttpVersion.HTTP_2) {
                connection.goAway(NO_ERROR); // who comes back over this connection comes back to where he was
            }
            farewell.say(Retry.scattered(), draining);
        }
    }

    /** A second has passed. */
    void tick(long now, int pingTicks, boolean draining) {
        if (stalled()) {
            log.debug("A reader took nothing for {} ms and is reset", STALL_MILLIS);
            reset();
            return;
        }
        ticksToPing--;
        judgeDeadline(now);
        if (--ticksToLeave == 0) {
            leave(draining);
        }
        if (!full && !done()) {
            everySecond.run();
        }
        if (ticksToPing <= 0 && !full && !done()) {
            ticksToPing = pingTicks;
            write(SseEncoder.ping(position.get()));
        }
    }

    /** Counted in ticks and not in time: while the loop itself was blocked, no reader could show progress. */
    private boolean stalled() {
        boolean waiting = waitingBytes > 0 || ending;
        stalledTicks = waiting && !progressed ? stalledTicks + 1 : 0;
        progressed = false;
        return stalledTicks >= STALL_TICKS;
    }

    private void judgeDeadline(long now) {
        Deadline next = deadline;
        if (next == null || done()) {
            return;
        }
        if (now >= next.warnAt()) { // first, for who came with less than a second left
            deadline = next.warned();
            write(next.warning().get());
        }
        if (now >= next.at()) {
            deadline = null;
            next.reached().handle(null);
        }
    }
}

package dev.millrace.watch;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent;
import dev.millrace.http.Credentials;
import dev.millrace.http.Home;
import dev.millrace.http.Problem;
import dev.millrace.log.Opening;
import dev.millrace.log.Start;
import dev.millrace.log.StreamGone;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import dev.millrace.sse.Heartbeats;
import dev.millrace.sse.Retry;
import dev.millrace.sse.SseEncoder;
import dev.millrace.sse.SseResponse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader over HTTP. The same for every stream: where it begins is read from the request (DESIGN section 2), its place
 * is looked up before the first byte, and from then on a {@link Tail} is piped to the response.
 */
public final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** How long before the end of the token the reader is warned, in milliseconds. */
    private static final long EXPIRY_WARNING_MILLIS = 60_000;

    private static final Notice OUTAGE = Notice.warning(
            new RunEvent.Warning("log_unavailable", "The log cannot be reached; this stream goes on when it is back.")
                    .toJson());

    private final StreamLog log;
    private final Heartbeats heartbeats;

    public Watch(StreamLog log, Heartbeats heartbeats) {
        this.log = log;
        this.heartbeats = heartbeats;
    }

    /**
     * Where the request asks to begin; empty when it says nothing.
     *
     * @throws Problem 400 when the query is wrong
     */
    public static Optional<Start> start(RoutingContext ctx) {
        try {
            return Start.of(
                    ctx.request().getHeader("Last-Event-ID"),
                    ctx.request().getParam("last_event_id"),
                    ctx.request().getParam("from"));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("bad_position", e.getMessage() + ".");
        }
    }

    /**
     * Streams a run to the caller, to its last word. A stream that ends without one is reset.
     *
     * @param prepare what the tail needs to know before it reads
     * @param translation how this reader is told
     */
    public Future<Void> run(
            RoutingContext ctx, String run, Start start, UnaryOperator<Tail> prepare, Translation translation) {
        // A run may be erased between its start and our look at it, and between that and our reading.
        return open(
                ctx, StreamName.run(run), start, Watch::existing, tail -> prepare.apply(tail.existing()), translation);
    }

    private static Opening existing(Opening opening) {
        if (!opening.extent().exists()) {
            throw Problem.notFound("run");
        }
        return opening;
    }

    /**
     * Streams what passes of a feed to the caller.
     *
     * @param live whether a feed goes on live after a reset; else it goes on with the oldest kept event
     */
    public Future<Void> feed(RoutingContext ctx, StreamName feed, Start start, Predicate<Entry> filter, boolean live) {
        UnaryOperator<Opening> adjust = live ? Opening::liveAfterReset : opening -> opening;
        UnaryOperator<Tail> prepare = tail -> (live ? tail.liveAfterReset() : tail).filtering(filter);
        return open(ctx, feed, start, adjust, prepare, Translation.NATIVE);
    }

    private Future<Void> open(
            RoutingContext ctx,
            StreamName stream,
            Start start,
            UnaryOperator<Opening> adjust,
            UnaryOperator<Tail> prepare,
            Translation translation) {
        boolean refuse = refusesGaps(ctx);
        return Home.bring(ctx, start.open(log, stream)).map(adjust).map(opening -> {
            if (refuse && opening.notice().isPresent()) {
                throw refusal(opening);
            }
            begin(ctx, stream, cursor(start, opening), opening, prepare, translation);
            return null;
        });
    }

    private static boolean refusesGaps(RoutingContext ctx) {
        String onGap = ctx.request().getParam("on_gap");
        if (onGap != null && !onGap.equals("fail")) {
            throw Problem.badRequest("bad_parameter", "on_gap can only be 'fail'.");
        }
        return onGap != null;
    }

    private static Problem refusal(Opening opening) {
        return opening.notice()
                .map(notice -> new Problem(
                                409,
                                notice.type(),
                                "The stream cannot go on exactly after the id you have; without on_gap=fail it would say"
                                        + " so and go on.")
                        .with(notice.json()))
                .orElseThrow();
    }

    /**
     * What the first bytes name. Ahead of a notice it is the place the client came with, so that one who is cut off
     * before it has read the notice is told again.
     */
    private static EventId cursor(Start start, Opening opening) {
        return opening.notice().isPresent() && start instanceof Start.After after ? after.id() : opening.position();
    }

    private void begin(
            RoutingContext ctx,
            StreamName stream,
            EventId cursor,
            Opening opening,
            UnaryOperator<Tail> prepare,
            Translation translation) {
        EventId position = opening.position();
        SseResponse response = SseResponse.open(ctx.request(), heartbeats, Retry.MILLIS, cursor.toString());
        opening.notice().ifPresent(notice -> response.write(translation.of(notice)));
        if (opening.extent().closed() && position.equals(opening.extent().head())) {
            response.end(); // the client has had the last word already
            return;
        }
        Tail tail = prepare.apply(log.tail(stream, position));
        response.position(() -> tail.position().toString());
        response.onClose(closed -> tail.close());
        boolean feed = stream.kind() == StreamName.Kind.FEED;
        response.farewell((retryMillis, draining) -> {
            // A run that is over ends by itself; in a log in memory it may be nowhere else.
            if (!opening.extent().closed() && !tail.isEnding()) {
                response.write(farewell(retryMillis, feed && draining, tail.position()));
                breakOff(response, feed);
            }
        });
        endWithToken(ctx, feed, response, translation);
        tellOfOutages(response, translation);
        response.stream(tail, translation::of, translation::isOver);
        tail.exceptionHandler(cause -> broken(response, cause));
    }

    /** Who erases a conversation means its readers too: their streams end, and nothing went wrong. */
    private static void broken(SseResponse response, Throwable cause) {
        if (cause instanceof StreamGone) {
            LOG.debug("a stream ends without a last word: {}", cause.getMessage());
            response.reset();
        } else {
            response.fail(cause);
        }
    }

    /** Once for each outage: what is not there may be late, and a reader who knows that need not wonder. */
    private void tellOfOutages(SseResponse response, Translation translation) {
        int[] told = new int[1];
        response.everySecond(() -> {
            int outage = log.outage();
            if (outage != 0 && outage != told[0]) {
                told[0] = outage;
                response.write(translation.of(OUTAGE));
            }
        });
    }

    /** A feed has no last word, so it may end; a run that ends without one must not look whole. */
    private static void breakOff(SseResponse response, boolean feed) {
        if (feed) {
            response.end();
        } else {
            response.reset();
        }
    }

    /** When to come back, and where to go on: for who has a filter, behind what it passed over. */
    private static Buffer farewell(long retryMillis, boolean draining, EventId position) {
        Buffer retry = SseEncoder.opening(retryMillis, position.toString());
        if (!draining) {
            return retry;
        }
        JsonObject news = new JsonObject()
                .put("message", "This process is about to stop; come back, and another one goes on.")
                .put("retry_ms", retryMillis);
        return SseEncoder.event(null, "draining", news.toBuffer()).appendBuffer(retry);
    }

    /** A stream lives no longer than the token it was opened with. */
    private static void endWithToken(RoutingContext ctx, boolean feed, SseResponse response, Translation translation) {
        long expires = Credentials.caller(ctx).expiresAtMillis();
        JsonObject news = new JsonObject()
                .put("code", "token_expiring")
                .put("message", "The token of this stream ends soon; come back with a new one.")
                .put("expires_at", Instant.ofEpochMilli(expires).toString());
        Notice warning = feed ? Notice.expiring(news) : Notice.warning(news);
        response.deadline(
                expires, EXPIRY_WARNING_MILLIS, () -> translation.of(warning), reached -> breakOff(response, feed));
    }
}

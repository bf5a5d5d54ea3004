package dev.millrace.log.redis;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Doorbell;
import dev.millrace.log.Extent;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.Loop;
import dev.millrace.log.Page;
import dev.millrace.log.Readers;
import dev.millrace.log.Retention;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in Redis Streams: many processes, one log. An entry's id there is its {@link EventId}, and each append is one
 * script that counts, checks, stores and trims in one step.
 *
 * <p>It lives on one loop, where everything about Redis happens in order; answers are brought to the loop that asked.
 * Readers of this process are woken by its own appends, by {@link #ring} for those of others, and by a comparison with
 * the heads in Redis now and then, which also finds a Redis that has forgotten its tail in a failover.
 *
 * <p>What is approximate: {@link Extent#bytes} and the trimming by bytes count type and data and 64 bytes for each entry,
 * which is near what Redis uses but is not measured; and a stream is trimmed by age when it is appended to or read.
 */
public final class RedisLog implements StreamLog, Doorbell {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLog.class);

    private final Loop home;
    private final RedisEndpoint endpoint;
    private final RedisLimits limits;
    private final Map<StreamName.Kind, Retention> retention;
    private final Doorbell outward;
    private final LongSupplier ahead;

    private final Outages outages = new Outages();

    /** Appends have a connection of their own, so that they do not stand behind pages. */
    private final Link appends;

    private final Link questions;

    private final Readers readers;
    private final Map<StreamName, Lane> lanes = new HashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();

    /** This process among the writers of a stream; its appends are numbered, so that a repeated one is recognised. */
    private final String writer = UUID.randomUUID().toString().substring(0, 13);

    private long lastNumber;

    private RedisLog(
            Vertx vertx,
            RedisEndpoint endpoint,
            RedisLimits limits,
            Map<StreamName.Kind, Retention> retention,
            Doorbell outward,
            LongSupplier ahead) {
        this.home = Loop.current(vertx);
        this.endpoint = endpoint;
        this.limits = limits;
        this.retention = new EnumMap<>(Retention.DEFAULTS);
        this.retention.putAll(retention);
        this.outward = outward;
        this.ahead = ahead;
        this.appends = new Link(vertx, endpoint, limits.patience(), outages);
        this.questions = new Link(vertx, endpoint, limits.patience(), outages);
        this.readers = new Readers(vertx, outward, limits.comparing(), new Source());
    }

    /**
     * Opens the log.
     *
     * @param retention for the kinds that are not to have the default
     * @param outward told of what this process appends
     * @return fails with {@link LogUnavailable}, one sentence, when Redis cannot be reached or does not let us in
     */
    public static Future<RedisLog> open(
            Vertx vertx,
            RedisEndpoint endpoint,
            RedisLimits limits,
            Map<StreamName.Kind, Retention> retention,
            Doorbell outward) {
        return open(vertx, endpoint, limits, retention, outward, () -> 0);
    }

    /** @param ahead how many milliseconds the log's clock is ahead of Redis's: only in tests any */
    static Future<RedisLog> open(
            Vertx vertx,
            RedisEndpoint endpoint,
            RedisLimits limits,
            Map<StreamName.Kind, Retention> retention,
            Doorbell outward,
            LongSupplier ahead) {
        RedisLog log = new RedisLog(vertx, endpoint, limits, retention, outward, ahead);
        return log.home.call(log::open);
    }

    private Future<RedisLog> open() {
        return appends.open()
                .compose(connection -> Greeting.exchange(connection, endpoint))
                .compose(greeted -> questions.open())
                .map(connection -> this)
                .recover(cause -> close().transform(closed -> Future.failedFuture(new LogUnavailable(
                        "the log cannot be opened in Redis at " + endpoint + ": " + Trouble.reason(cause)))));
    }

    /** Lets go of Redis. What waits fails. */
    public Future<Void> close() {
        return home.call(() -> {
            readers.close();
            return Future.join(appends.close(), questions.close()).mapEmpty();
        });
    }

    // Appending

    @Override
    public Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq) {
        Append append;
        try {
            append = Append.of(events, expectedSeq);
        } catch (RuntimeException refusal) { // also an event that cannot be encoded
            return Future.failedFuture(refusal);
        }
        long before = waitingBytes.getAndAdd(append.bytes);
        if (before > 0 && before + append.bytes > limits.waitingBytes()) {
            waitingBytes.addAndGet(-append.bytes);
            return Future.failedFuture(new LogUnavailable(
                    "Redis at %s is too slow or away: %d bytes wait for it already".formatted(endpoint, before)));
        }
        return home.call(() -> {
            lane(stream).append(append);
            return append.stored.future().onComplete(done -> {
                waitingBytes.addAndGet(-append.bytes);
                leave(stream);
            });
        });
    }

    private Lane lane(StreamName stream) {
        return lanes.computeIfAbsent(stream, name -> new Lane(name, group -> store(name, group), this::stored));
    }

    /** Soon, for the lane itself still stands in the call that told us. */
    private void leave(StreamName stream) {
        home.soon(() -> lanes.computeIfPresent(stream, (name, lane) -> lane.isIdle() ? null : lane));
    }

    private Future<Response> store(StreamName stream, List<Append> group) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(group.get(0).expectedSeq);
        arguments.add(writer);
        arguments.add(++lastNumber);
        for (Append append : group) {
            for (Event event : append.events) {
                arguments.add(event.type());
                arguments.add(event.data());
            }
        }
        return appends.ask(question(Script.APPEND, stream, arguments));
    }

    private void stored(StreamName stream, EventId previous, List<Entry> entries) {
        readers.ring(stream, previous, entries);
        try {
            outward.ring(stream, previous, entries);
        } catch (RuntimeException e) {
            LOG.error("a doorbell threw; others hear of {} {} late", stream.kind(), stream.id(), e);
        }
    }

    private Question question(Script script, StreamName stream, List<Object> asked) {
        Retention kept = Objects.requireNonNull(retention.get(stream.kind()));
        List<Object> arguments = new ArrayList<>(asked.size() + 4);
        arguments.addAll(List.of(
                ahead.getAsLong(), kept.events(), kept.bytes(), kept.age().toMillis()));
        arguments.addAll(asked);
        return new Question(script, Keys.of(endpoint.prefix(), stream), arguments);
    }

    // Reading

    @Override
    public Future<Page> read(StreamName stream, EventId after, int limit) {
        return readers.read(stream, after, limit);
    }

    @Override
    public Future<Extent> head(StreamName stream) {
        return read(stream, EventId.BEGINNING, 0).map(Page::extent);
    }

    /** What the readers of this process ask of Redis. */
    private final class Source implements Readers.Source {

        @Override
        public Future<Page> fetch(StreamName stream, EventId after, int limit) {
            return questions
                    .ask(question(Script.READ, stream, List.of(after.toString(), limit)))
                    .map(Answer::page);
        }

        @Override
        public boolean isAppending(StreamName stream) {
            return lanes.containsKey(stream);
        }
    }

    @Override
    public Future<EventId> locate(StreamName stream, long millis) {
        return home.call(() ->
                questions.ask(question(Script.LOCATE, stream, List.of(millis))).map(Answer::id));
    }

    @Override
    public Future<Void> expire(StreamName stream, Duration after) {
        long millis = after.toMillis();
        Promise<Void> done = Promise.promise();
        return home.call(() -> {
            // In its place among the appends: one that comes later begins the stream anew, and must not be erased.
            lane(stream).act(() -> expire(stream, millis).onComplete(done));
            return done.future().onComplete(over -> leave(stream));
        });
    }

    private Future<Void> expire(StreamName stream, long millis) {
        Supplier<Future<Void>> said = () ->
                appends.ask(question(Script.EXPIRE, stream, List.of(millis))).mapEmpty();
        return millis == 0 ? readers.erase(stream, said) : said.get();
    }

    // Following

    @Override
    public Tail tail(StreamName stream, EventId after) {
        return readers.tail(this, stream, after);
    }

    @Override
    public int readers(StreamName stream) {
        return readers.of(stream) + outward.listeners(stream);
    }

    @Override
    public int outage() {
        return outages.current();
    }

    /** The doorbell of another process, on any thread. */
    @Override
    public void ring(StreamName stream, EventId previous, List<Entry> entries) {
        readers.ring(stream, previous, entries);
    }

    /** Compares all windows with their streams now: worth it when a process came or went, or a bus was away. */
    public Future<Void> compare() {
        return home.call(readers::compare);
    }

    /** How many readers stand in this log. */
    public int tails() {
        return readers.tails();
    }

    /** How many streams have a reader. */
    public int windows() {
        return readers.windows();
    }
}

package dev.millrace.node;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Doorbell;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries doorbells between nodes.
 *
 * <p>A feed has many writers and many readers, so it has an address of its own, where the nodes register that read it. A
 * run has one writer, whose node stands in the run's id: a node that reads the run tells the writer's node, which rings
 * that node's inbox from then on. So the cluster keeps one registration a node and one a feed that is read, and none a
 * run, and a writer that is not there is noticed at once.
 */
public final class BusDoorbell implements Doorbell {

    private static final Logger LOG = LoggerFactory.getLogger(BusDoorbell.class);

    private static final String INBOX = "millrace.node.";
    private static final String WATCH = "millrace.watch.";
    private static final String FEED = "millrace.feed.";
    private static final long REPLY_MILLIS = 5_000;

    /** Tells who writes a stream. */
    @FunctionalInterface
    public interface Writers {

        /** The tag of the node that alone writes the stream; empty when several may. */
        Optional<String> of(StreamName stream);
    }

    private final EventBus bus;
    private final String tag;
    private final Writers writers;

    /** By stream that this node writes: the nodes that read it. */
    private final Map<StreamName, Set<String>> watchers = new ConcurrentHashMap<>();

    /** Streams of others that are read here. */
    private final Set<StreamName> reading = ConcurrentHashMap.newKeySet();

    private final Map<StreamName, MessageConsumer<JsonObject>> feeds = new ConcurrentHashMap<>();
    private volatile Consumer<StreamName> lost = stream -> {};
    private volatile @Nullable Doorbell log;

    BusDoorbell(EventBus bus, String tag, Writers writers) {
        this.bus = bus;
        this.tag = tag;
        this.writers = writers;
    }

    /** Begins to listen; what comes in rings the log. */
    Future<Void> open(Doorbell log) {
        this.log = log;
        MessageConsumer<JsonObject> inbox = bus.consumer(INBOX + tag, this::rung);
        MessageConsumer<JsonObject> watch = bus.consumer(WATCH + tag, this::watched);
        return Future.all(inbox.completion(), watch.completion()).mapEmpty();
    }

    /**
     * Who is told of a stream that is read here and whose writer is gone, perhaps more than once, on any thread.
     */
    public void onLost(Consumer<StreamName> lost) {
        this.lost = lost;
    }

    @Override
    public void ring(StreamName stream, EventId previous, List<Entry> entries) {
        if (stream.kind() == StreamName.Kind.FEED) {
            bus.publish(FEED + stream.id(), Ring.encode(stream, previous, entries));
            return;
        }
        Set<String> nodes = watchers.getOrDefault(stream, Set.of());
        if (!nodes.isEmpty()) {
            JsonObject ring = Ring.encode(stream, previous, entries);
            nodes.forEach(node -> bus.send(INBOX + node, ring));
        }
        if (entries.get(entries.size() - 1).isLastWord()) {
            watchers.remove(stream);
        }
    }

    private void rung(Message<JsonObject> message) {
        Doorbell rings = log;
        if (rings != null) {
            Ring ring = Ring.decode(message.body());
            rings.ring(ring.stream(), ring.previous(), ring.entries());
        }
    }

    @Override
    public int listeners(StreamName stream) {
        return watchers.getOrDefault(stream, Set.of()).size();
    }

    @Override
    public void opened(StreamName stream) {
        if (stream.kind() == StreamName.Kind.FEED) {
            feeds.computeIfAbsent(stream, name -> bus.consumer(FEED + name.id(), this::rung));
            return;
        }
        elsewhere(stream).ifPresent(node -> {
            reading.add(stream);
            watch(node, stream);
        });
    }

    /**
     * Until there is an answer, or nobody who could answer: right after the death of a node the bus still knows its
     * address, and what is sent there is lost without a word.
     */
    private void watch(String node, StreamName stream) {
        tell(node, stream, true).onFailure(cause -> {
            if (isGone(cause)) {
                lost.accept(stream);
            } else if (isSilent(cause)) {
                if (reading.contains(stream)) {
                    watch(node, stream);
                }
            } else {
                LOG.warn("node {} does not ring for {}: {}", node, stream.id(), cause.getMessage());
            }
        });
    }

    @Override
    public void closed(StreamName stream) {
        MessageConsumer<JsonObject> feed = feeds.remove(stream);
        if (feed != null) {
            feed.unregister().onFailure(cause -> LOG.warn("feed {} is still rung here", stream.id(), cause));
        }
        if (reading.remove(stream)) {
            // A node that is gone needs no telling.
            elsewhere(stream).ifPresent(node -> tell(node, stream, false).otherwiseEmpty());
        }
    }

    private Optional<String> elsewhere(StreamName stream) {
        return writers.of(stream).filter(node -> !node.equals(tag));
    }

    private Future<Message<Object>> tell(String node, StreamName stream, boolean watch) {
        JsonObject told = new JsonObject()
                .put("kind", stream.kind().name())
                .put("id", stream.id())
                .put("node", tag)
                .put("watch", watch);
        return bus.request(WATCH + node, told, new DeliveryOptions().setSendTimeout(REPLY_MILLIS));
    }

    private static boolean isGone(Throwable cause) {
        return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    private static boolean isSilent(Throwable cause) {
        return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
    }

    /** Another node reads what is written here, or does not any more. */
    private void watched(Message<JsonObject> message) {
        JsonObject told = message.body();
        StreamName stream = new StreamName(StreamName.Kind.valueOf(told.getString("kind")), told.getString("id"));
        String node = told.getString("node");
        if (told.getBoolean("watch")) {
            // In one step with the adding, or one who leaves at this moment could take the set with it.
            watchers.compute(stream, (name, nodes) -> {
                Set<String> known = nodes == null ? ConcurrentHashMap.newKeySet() : nodes;
                known.add(node);
                return known;
            });
        } else {
            unwatch(stream, node);
        }
        message.reply(new JsonObject());
    }

    private void unwatch(StreamName stream, String node) {
        watchers.computeIfPresent(stream, (name, nodes) -> {
            nodes.remove(node);
            return nodes.isEmpty() ? null : nodes;
        });
    }

    /** A member is gone: it reads nothing any more, and what it wrote has no writer. */
    void gone(String node) {
        watchers.keySet().forEach(stream -> unwatch(stream, node));
        for (StreamName stream : new ArrayList<>(reading)) {
            if (writers.of(stream).filter(node::equals).isPresent()) {
                lost.accept(stream);
            }
        }
    }
}

package dev.millrace.feed;

import dev.millrace.log.StreamLog;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The feeds of a process over one log. One is enough for a process, whose publishers then share appends. */
public final class Feeds {

    private final StreamLog log;
    private final Consumers consumers;
    private final Map<FeedName, FeedWriter> writers = new ConcurrentHashMap<>();

    public Feeds(StreamLog log) {
        this(log, System::currentTimeMillis);
    }

    /** @param clock milliseconds since the Unix epoch, for how long a consumer is behind */
    public Feeds(StreamLog log, LongSupplier clock) {
        this.log = log;
        this.consumers = new Consumers(log, clock);
    }

    public Feed feed(FeedName name) {
        return new Feed(this, log, name);
    }

    public Consumers consumers() {
        return consumers;
    }

    /** A future for each event, in their order. */
    List<Future<Published>> publish(FeedName feed, List<CloudEvent> events) {
        FeedWriter[] writer = new FeedWriter[1];
        List<Future<Published>> outcomes = new java.util.ArrayList<>();
        // Taken in under the map's lock, so that a writer that is being let go of takes nothing any more.
        writers.compute(feed, (name, present) -> {
            FeedWriter open = present == null ? new FeedWriter(log, name, () -> letGo(name)) : present;
            outcomes.addAll(open.take(events));
            writer[0] = open;
            return open;
        });
        writer[0].write();
        return outcomes;
    }

    private void letGo(FeedName feed) {
        writers.computeIfPresent(feed, (name, writer) -> writer.isIdle() ? null : writer);
    }

    /** How many feeds are being written to. */
    int writers() {
        return writers.size();
    }
}

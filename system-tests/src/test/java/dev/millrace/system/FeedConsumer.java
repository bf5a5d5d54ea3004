package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads a feed under a filter and at a pace, and comes back with its last id at another node whenever it is cut off. */
final class FeedConsumer {

    /** A query, and what it lets through, said in other words than the program's. */
    private record Wish(String query, Predicate<LoggedEvent> passes) {}

    private static final List<Wish> WISHES = List.of(
            new Wish("", event -> true),
            new Wish("&type=com.example.order.**", event -> event.type().startsWith("com.example.order.")),
            new Wish("&type=com.example.*.closed.v1", event -> event.type().endsWith(".closed.v1")),
            new Wish("&subject=shop/3/**", event -> event.subject().startsWith("shop/3/")),
            new Wish(
                    "&type=com.example.parcel.*.v1&type=com.example.refund.*.v1&subject=shop/*/item/7",
                    event -> event.type().matches("com\\.example\\.(parcel|refund)\\..*")
                            && event.subject().endsWith("/item/7")),
            new Wish("&type=com.example.nothing.**", event -> false));

    /** Milliseconds between two chunks; 0 is as they come. */
    private static final int[] PACES = {0, 0, 5, 25};

    private static final int OPENING_SECONDS = 10;

    private final List<SseClient> nodes;
    private final Wish wish;
    private final int pace;
    private final Random random;
    private final List<List<SseEvent>> connections = new ArrayList<>();
    private int node;
    private int read;
    private String lastId = "0-0";
    /** So many events are expected, once that is known. */
    private volatile int wanted = Integer.MAX_VALUE;

    FeedConsumer(List<SseClient> nodes, int number, Random random) {
        this.nodes = nodes;
        this.wish = WISHES.get(number % WISHES.size());
        this.pace = PACES[number % PACES.length];
        this.random = random;
        this.node = number;
    }

    /** Completes when everything that is expected was read. */
    CompletableFuture<Void> readOn(Executor threads) {
        return CompletableFuture.runAsync(
                () -> {
                    while (read < wanted) {
                        readOnce();
                    }
                },
                threads);
    }

    private void readOnce() {
        SseStream stream;
        try {
            stream = nodes.get(node++ % nodes.size())
                    .open(
                            HttpMethod.GET,
                            FeedPublisher.PATH + wish.query,
                            null,
                            SseStream.WHOLE,
                            "Last-Event-ID",
                            lastId)
                    .orTimeout(OPENING_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException away) {
            return;
        }
        if (stream.status() != 200) {
            assertEquals(503, stream.status());
            return;
        }
        if (pace > 0) {
            stream.atPace(() -> random.nextInt(2 * pace));
        }
        while (!stream.isOver() && !hasAll(stream)) {
            stream.awaitChange();
        }
        stream.leave();
        connections.add(stream.events());
        read += published(stream.events()).size();
        lastId = stream.lastId();
    }

    /** What was read is counted only when it is known how much it must be: until then there is more to come. */
    private boolean hasAll(SseStream stream) {
        return wanted < Integer.MAX_VALUE && read + published(stream.events()).size() >= wanted;
    }

    /** Without what the server says of the stream itself, whose names have no dots. */
    private static List<SseEvent> published(List<SseEvent> events) {
        return events.stream().filter(event -> event.type().contains(".")).toList();
    }

    /** What it is to have read, now that the log is known. */
    void expect(List<LoggedEvent> log) {
        wanted = (int) log.stream().filter(wish.passes).count();
    }

    int connections() {
        return connections.size();
    }

    /** Everything under the filter, once, in order, over all connections; and no gap or reset was declared. */
    void assertRead(List<LoggedEvent> log, String which) {
        List<String> expected =
                log.stream().filter(wish.passes).map(LoggedEvent::id).toList();
        List<String> got = new ArrayList<>();
        for (List<SseEvent> connection : connections) {
            assertTrue(
                    connection.stream()
                            .noneMatch(event -> List.of("gap", "reset").contains(event.type())),
                    () -> connection + ", " + which);
            published(connection).forEach(event -> got.add(event.id()));
        }
        assertEquals(expected, got, () -> wish.query + ", " + which);
    }
}

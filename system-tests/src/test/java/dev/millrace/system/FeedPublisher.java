package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes a row of events to a feed, one by one or in batches, at whichever node answers, again until it is answered. */
final class FeedPublisher {

    static final String PATH = "/api/events?feed=soak";

    private static final List<String> THINGS = List.of("order", "invoice", "parcel", "refund");
    private static final List<String> DEEDS = List.of("created", "changed", "closed");
    private static final int LARGEST_BATCH = 12;
    private static final int ANSWER_SECONDS = 10;
    private static final int ATTEMPTS = 2_000;

    private final List<SseClient> nodes;
    private final String source;
    private final int events;
    private final Random random;
    private final AtomicInteger acknowledged;
    private final Map<String, String> ids = new HashMap<>();
    private int node;

    /** @param acknowledged counts what was stored, of all publishers */
    FeedPublisher(List<SseClient> nodes, String source, int events, Random random, AtomicInteger acknowledged) {
        this.nodes = nodes;
        this.source = source;
        this.events = events;
        this.random = random;
        this.acknowledged = acknowledged;
    }

    /** Returns the id that each event was given, by its {@link LoggedEvent#name}. Blocks until all are stored. */
    Map<String, String> publishAll() {
        for (int first = 0; first < events; ) {
            int size = Math.min(events - first, 1 + random.nextInt(LARGEST_BATCH));
            JsonArray batch = new JsonArray();
            for (int n = first; n < first + size; n++) {
                batch.add(event(n));
            }
            JsonArray results = size == 1
                    ? send(
                            "application/cloudevents+json",
                            batch.getJsonObject(0).toBuffer())
                    : send("application/cloudevents-batch+json", batch.toBuffer());
            for (int i = 0; i < size; i++) {
                ids.put(source + " " + (first + i), results.getJsonObject(i).getString("id"));
            }
            acknowledged.addAndGet(size);
            first += size;
        }
        return ids;
    }

    private JsonObject event(int n) {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", "" + n)
                .put("source", source)
                .put("type", "com.example." + any(THINGS) + "." + any(DEEDS) + ".v1")
                .put("subject", "shop/" + random.nextInt(5) + "/item/" + random.nextInt(20))
                .put("data", "x".repeat(random.nextInt(200)));
    }

    private String any(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    /** The same bytes, so the same source and ids, to one node and then the other. */
    private JsonArray send(String mediaType, Buffer body) {
        node = random.nextInt(nodes.size());
        String refused = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                SseClient.Reply reply = nodes.get(node++ % nodes.size())
                        .callSoon(HttpMethod.POST, PATH, body, "Content-Type", mediaType)
                        .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .join();
                if (reply.status() == 202) {
                    return reply.json().getJsonArray("results");
                }
                refused = reply.body().toString();
                assertEquals(503, reply.status(), refused);
            } catch (CompletionException away) {
                refused = String.valueOf(away.getCause());
            }
        }
        throw new AssertionError("never published: " + body + "; " + refused);
    }
}

package dev.millrace.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.run.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent in structured mode (CloudEvents 1.0, JSON format). Its type is the SSE event name, and its JSON, on one
 * line, is what the log keeps and readers get.
 *
 * @param id with the source, which event it is: published twice, it is one event
 */
public record CloudEvent(String source, String id, String type, Buffer data) implements Event {

    /** Most bytes an event may have: what a reader must be able to hold. */
    public static final int MAX_BYTES = 256 << 10;

    /** Most events of one batch. */
    public static final int MAX_BATCH = 256;

    /** Types that only the gateway itself publishes, so that who sees one may believe it. */
    public static final String RESERVED = "dev.millrace.";

    private static final JsonFactory JSON = new JsonFactory();

    /** Kept with the entry, for the next reader with a filter. */
    private static final Function<Entry, Optional<String>> SUBJECT = entry -> attributes(entry.data()).subject;

    private record Attributed(String source, String id, Optional<String> subject) {}

    /** An event of a team inside the cluster. @throws Refusal 400 naming the attribute that is missing or wrong */
    public static CloudEvent of(JsonObject json) {
        return checked(json.toBuffer(), json);
    }

    /**
     * One event as it came from outside.
     *
     * @throws Refusal 400 or 413, saying what is wrong
     */
    public static CloudEvent read(Buffer json) {
        return item(OneLine.of(json));
    }

    /**
     * A batch as it came from outside: each item an event, or why it is none.
     *
     * @throws Refusal 400 or 413, when it is no batch at all
     */
    public static List<Item> batch(Buffer json) {
        Buffer line = OneLine.of(json);
        if (line.length() == 0 || line.getByte(0) != '[') {
            throw new Refusal(400, "not_an_array", "A batch must be a JSON array of CloudEvents.");
        }
        List<Buffer> items = OneLine.items(line);
        if (items.size() > MAX_BATCH) {
            throw new Refusal(
                    413, "batch_too_large", "A batch has at most " + MAX_BATCH + " events, not " + items.size() + ".");
        }
        List<Item> events = new ArrayList<>(items.size());
        items.forEach(item -> events.add(Item.of(item)));
        return events;
    }

    /** An item of a batch: the one or the other. */
    public record Item(Optional<CloudEvent> event, Optional<Refusal> refusal) {

        private static Item of(Buffer line) {
            try {
                // A copy: the log must not hold on to a whole batch for one of its events.
                return new Item(Optional.of(item(line.copy())), Optional.empty());
            } catch (Refusal refused) {
                return new Item(Optional.empty(), Optional.of(refused));
            }
        }
    }

    private static CloudEvent item(Buffer line) {
        if (line.length() > MAX_BYTES) {
            throw new Refusal(413, "event_too_large", "A CloudEvent has at most " + MAX_BYTES + " bytes.");
        }
        CloudEvent event = checked(line, object(line));
        if (event.type.startsWith(RESERVED)) {
            throw Attributes.wrong("type", "must not begin with " + RESERVED + ", which the gateway keeps for itself");
        }
        return event;
    }

    private static JsonObject object(Buffer line) {
        try {
            if (Json.decodeValue(line) instanceof JsonObject object) {
                return object;
            }
        } catch (DecodeException e) {
            // as little an event as a number is
        }
        String what = line.length() > 0 && line.getByte(0) == '[' ? "an array" : "something else";
        throw new Refusal(400, "not_an_object", "A CloudEvent must be a JSON object, and is " + what + ".");
    }

    private static CloudEvent checked(Buffer line, JsonObject json) {
        Attributes.check(json);
        return new CloudEvent(json.getString("source"), json.getString("id"), json.getString("type"), line);
    }

    /** What an event in a feed is about; empty when it does not say. */
    static Optional<String> subject(Entry entry) {
        return entry.found(SUBJECT);
    }

    /** Whether an entry of a feed is this event. */
    boolean is(Entry entry) {
        Attributed there = attributes(entry.data());
        return there.source.equals(source) && there.id.equals(id);
    }

    /** Reads the attributes and passes over the data, which may be large. */
    private static Attributed attributes(Buffer json) {
        String source = "";
        String id = "";
        @Nullable String subject = null;
        try (JsonParser parser = JSON.createParser(json.getBytes())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Attributed("", "", Optional.empty());
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    switch (name) {
                        case "source" -> source = parser.getText();
                        case "id" -> id = parser.getText();
                        case "subject" -> subject = parser.getText();
                        default -> {}
                    }
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // Not of ours: nobody but us writes to a feed, and a reader is not to suffer for who does.
        }
        return new Attributed(source, id, Optional.ofNullable(subject));
    }
}

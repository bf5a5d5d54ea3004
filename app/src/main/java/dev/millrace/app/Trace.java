package dev.millrace.app;

import dev.millrace.event.EventId;
import dev.millrace.sse.SseEvent;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run's stream for whoever debugs it: a row for each event with its place, its milliseconds after the first event, its
 * type and what it holds. Tokens that follow each other in one channel share a row, unless everything is asked for.
 */
final class Trace implements AnswerView {

    private static final int CLIP = 160;

    private final PrintWriter out;
    private final boolean full;
    private @Nullable Tokens tokens;
    private long begin = -1;

    /** @param full nothing is shortened, and each token has its row */
    Trace(PrintWriter out, boolean full) {
        this.out = out;
        this.full = full;
        row("SEQ", "MS", "EVENT", "");
    }

    @Override
    public void show(SseEvent event) {
        JsonObject data = new JsonObject(event.data());
        EventId id = EventId.parse(event.id()).orElse(EventId.BEGINNING);
        begin = begin < 0 ? id.millis() : begin;
        if (event.type().equals("token") && !full) {
            join(id, data);
        } else {
            end();
            row("" + id.seq(), "" + (id.millis() - begin), event.type(), fields(data));
        }
        if (event.type().equals("done")) {
            out.flush();
        }
    }

    @Override
    public void reconnecting(String lastEventId) {
        end();
        out.println("! the connection broke; going on after " + lastEventId);
        out.flush();
    }

    private void join(EventId id, JsonObject data) {
        String channel = data.getString("channel", "");
        if (tokens == null || !tokens.channel.equals(channel)) {
            end();
            tokens = new Tokens(id, channel, data.getInteger("at"));
        }
        tokens.add(id, data.getString("text"));
    }

    /** The row of the tokens that were joined so far. */
    private void end() {
        Tokens joined = tokens;
        if (joined != null) {
            tokens = null;
            row(joined.seqs(), "" + (joined.first.millis() - begin), "token", joined.summary());
            out.flush();
        }
    }

    private String fields(JsonObject data) {
        return data.stream().map(this::field).collect(Collectors.joining("  "));
    }

    private String field(Map.Entry<String, Object> field) {
        String value =
                field.getValue() instanceof String text && text.matches("\\S+") ? text : Json.encode(field.getValue());
        return field.getKey() + "=" + (full ? value : clip(value));
    }

    private static String clip(String value) {
        if (value.length() <= CLIP) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(CLIP - 1)) ? CLIP - 1 : CLIP;
        return value.substring(0, end) + "… (" + value.length() + " characters)";
    }

    private void row(String seq, String millis, String type, String what) {
        out.println("%-9s %8s  %-8s  %s".formatted(seq, millis, type, what).stripTrailing());
    }

    /** Tokens of one channel that follow each other. */
    private static final class Tokens {

        private final EventId first;
        private final String channel;
        private final int at;
        private final StringBuilder text = new StringBuilder();
        private EventId last;
        private int events;

        Tokens(EventId first, String channel, int at) {
            this.first = first;
            this.last = first;
            this.channel = channel;
            this.at = at;
        }

        void add(EventId id, String more) {
            last = id;
            text.append(more);
            events++;
        }

        String seqs() {
            return first.seq() + (last.seq() == first.seq() ? "" : "-" + last.seq());
        }

        String summary() {
            return (channel.isEmpty() ? "" : "channel=" + channel + "  ") + "at=" + at + "  events=" + events
                    + "  took=" + (last.millis() - first.millis()) + "  text=" + clip(Json.encode(text.toString()));
        }
    }
}

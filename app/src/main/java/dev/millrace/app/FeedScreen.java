package dev.millrace.app;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;

/** A feed for people: a line for each event, with its id, type, subject and data. */
final class FeedScreen implements AnswerView {

    private final PrintWriter out;

    FeedScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(SseEvent event) {
        JsonObject json = new JsonObject(event.data());
        switch (event.type()) {
            case "gap" -> out.println("! " + json.getValue("lost") + " events are no longer kept");
            case "reset" -> out.println("! the feed began anew: " + json.getString("reason"));
            case "warning" -> out.println("! " + json.getString("message"));
            case "expiring" -> out.println("! the token ends at " + json.getString("expires_at"));
            default ->
                out.println(
                        event.id() + "  " + event.type() + "  " + json.getString("subject", "-") + "  " + data(json));
        }
        out.flush();
    }

    private static String data(JsonObject json) {
        Object data = json.containsKey("data_base64") ? json.getValue("data_base64") : json.getValue("data");
        return data == null ? "-" : io.vertx.core.json.Json.encode(data);
    }

    @Override
    public void reconnecting(String lastEventId) {
        out.println("! the connection ended; going on after " + (lastEventId.isEmpty() ? "the newest" : lastEventId));
        out.flush();
    }
}

package dev.millrace.app;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;

/** One line of JSON for each event, for programs. */
final class JsonLines implements AnswerView {

    private final PrintWriter out;

    JsonLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(SseEvent event) {
        out.println(new JsonObject()
                .put("id", event.id())
                .put("event", event.type())
                .put("data", Json.decodeValue(event.data()))
                .encode());
        out.flush();
    }
}

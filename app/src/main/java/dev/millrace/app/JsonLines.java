package dev.millrace.app;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.Json;
import java.io.PrintWriter;

/** One line of JSON for each event, for programs. */
final class JsonLines implements AnswerView {

    private final PrintWriter out;

    JsonLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(SseEvent event) {
        // The data as it came: decoded and written again, 9.50 would be 9.5.
        out.println("{\"id\":" + Json.encode(event.id()) + ",\"event\":" + Json.encode(event.type()) + ",\"data\":"
                + event.data() + "}");
        out.flush();
    }
}

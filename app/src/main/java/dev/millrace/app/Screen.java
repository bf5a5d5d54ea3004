package dev.millrace.app;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** An answer for people: what is being done, the text as it comes, its sources, and how it ended. */
final class Screen implements AnswerView {

    private final PrintWriter out;
    private final Map<Integer, String> sources = new TreeMap<>();
    private String run = "";
    private String session = "";
    private int shown;
    private boolean inText;
    private String mentioned = "";

    Screen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(SseEvent event) {
        JsonObject data = new JsonObject(event.data());
        switch (event.type()) {
            case "status" -> status(data);
            case "token" -> token(data);
            case "citation" ->
                sources.put(data.getInteger("n"), data.getString("title") + ", " + data.getString("source"));
            case "artifact" -> line("· " + data.getString("title") + ": " + count(data.getValue("content")));
            case "warning" -> line("! " + data.getString("message"));
            case "error" -> line("! " + data.getString("message") + " (" + data.getString("code") + ")");
            case "gap" -> line("! " + data.getValue("lost") + " events are no longer kept");
            case "reset" -> line("! the stream began anew: " + data.getString("reason"));
            case "done" -> done(data);
            default -> line("· " + event.type());
        }
        out.flush();
    }

    @Override
    public void reconnecting(String lastEventId) {
        line("! the connection broke; going on after " + lastEventId);
        out.flush();
    }

    @Override
    public void refused(String sentence) {
        line("! " + sentence);
        out.flush();
    }

    private void status(JsonObject data) {
        String step = data.getString("step");
        if (step.equals("started")) {
            run = data.getString("run");
            session = data.getString("session");
        }
        if (step.equals("input_required")) {
            Object arguments = data.getValue("arguments");
            line("? " + data.getString("label") + (arguments == null ? "" : " " + arguments));
        } else if (step.equals("queued")) {
            line("· " + data.getString("label", step) + ", " + data.getValue("position") + " ahead");
        } else if (!step.equals("completed")) {
            line("· " + data.getString("label", step) + (data.containsKey("tool") ? " " + data.getString("tool") : ""));
        }
    }

    /** Text is put where it belongs: what was shown before a reconnect is not shown again. */
    private void token(JsonObject data) {
        if (data.containsKey("channel")) {
            beside(data.getString("channel"));
            return;
        }
        String text = data.getString("text");
        int at = data.getInteger("at");
        if (at + text.length() <= shown) {
            return;
        }
        if (!inText) {
            out.println();
            inText = true;
        }
        out.print(text.substring(Math.max(0, shown - at)));
        shown = at + text.length();
    }

    /** What is no part of the answer is mentioned, and not shown. */
    private void beside(String channel) {
        if (!channel.equals(mentioned)) {
            mentioned = channel;
            line("· " + channel);
        }
    }

    private static String count(Object content) {
        return content instanceof JsonArray items
                ? items.size() + (items.size() == 1 ? " passage" : " passages")
                : "1 item";
    }

    private void done(JsonObject data) {
        if (!sources.isEmpty()) {
            line("");
            sources.forEach((n, source) -> out.println("[" + n + "] " + source));
        }
        line("");
        Long ttft = data.getLong("ttft_ms");
        out.println(data.getString("status") + " in " + data.getLong("latency_ms") + " ms"
                + (ttft == null ? "" : ", first token after " + ttft + " ms") + ", "
                + data.getInteger("text_length") + " characters");
        out.println(run + "  --session " + session);
    }

    private void line(String text) {
        if (inText) {
            out.println();
            inText = false;
        }
        out.println(text);
    }
}

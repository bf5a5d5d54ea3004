package dev.millrace.app;

import dev.millrace.sse.SseEvent;
import dev.millrace.text.SentenceBreaks;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run came to, gathered from its events so that two runs can be compared. */
final class RunRecord implements AnswerView {

    private final StringBuilder text = new StringBuilder();
    private final List<String> tools = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final Map<String, String> figures = new LinkedHashMap<>();
    private String run = "";
    private String session = "";
    private int inputs;

    @Override
    public void show(SseEvent event) {
        JsonObject data = new JsonObject(event.data());
        switch (event.type()) {
            case "status" -> status(data);
            case "token" -> token(data);
            case "citation" -> sources.add(data.getString("source") + "  " + data.getString("title"));
            case "warning", "error" -> troubles.add(data.getString("code") + ": " + data.getString("message"));
            case "done" -> done(data);
            default -> {
                // an artifact is what a tool gave, and the notices of a stream are not of the run
            }
        }
    }

    private void status(JsonObject data) {
        switch (data.getString("step")) {
            case "started" -> {
                run = data.getString("run");
                session = data.getString("session");
            }
            case "running_tool" -> tools.add(call(data));
            case "tool_result" -> failed(data);
            case "steered" -> inputs++;
            default -> {
                // how far it is
            }
        }
    }

    private static String call(JsonObject data) {
        Object arguments = data.getValue("arguments");
        return data.getString("tool") + (arguments == null ? "" : " " + arguments);
    }

    private void failed(JsonObject data) {
        if (Boolean.FALSE.equals(data.getBoolean("ok"))) {
            tools.add(data.getString("tool") + " failed: " + data.getValue("result"));
        }
    }

    /** The answer alone; what a model thought is never said the same way twice. */
    private void token(JsonObject data) {
        if (!data.containsKey("channel")) {
            text.replace(Math.min(data.getInteger("at"), text.length()), text.length(), data.getString("text"));
        }
    }

    private void done(JsonObject data) {
        JsonObject usage = data.getJsonObject("usage", new JsonObject());
        figures.put("status", data.getString("status"));
        figures.put("finish", String.valueOf(data.getValue("finish", "-")));
        figures.put("ms to the first token", String.valueOf(data.getValue("ttft_ms", "-")));
        figures.put("ms in all", String.valueOf(data.getValue("latency_ms", "-")));
        figures.put("input tokens", String.valueOf(usage.getValue("input_tokens", "-")));
        figures.put("output tokens", String.valueOf(usage.getValue("output_tokens", "-")));
        figures.put("characters", String.valueOf(text.length()));
    }

    String run() {
        return run;
    }

    String session() {
        return session;
    }

    /** How often somebody said something to the run while it went on. */
    int inputs() {
        return inputs;
    }

    Map<String, String> figures() {
        return figures;
    }

    /** The calls of tools in order, with their arguments, and those that failed. */
    List<String> tools() {
        return tools;
    }

    /** Warnings and the error. */
    List<String> troubles() {
        return troubles;
    }

    List<String> sources() {
        return sources;
    }

    /** The answer, a sentence each. */
    List<String> sentences() {
        return text.toString()
                .lines()
                .flatMap(line -> SentenceBreaks.split(line).stream())
                .toList();
    }
}

package dev.millrace.app;

import dev.millrace.app.voice.VoiceView;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call for people: what is understood, the answer as it is written, and how far it was heard. */
final class VoiceScreen implements VoiceView {

    /** Progress is shown so often, in milliseconds of speech. */
    private static final long PROGRESS_MS = 2_000;

    private final PrintWriter out;
    private String session = "";
    private String conversation = "";
    private boolean inText;
    private boolean writing;
    private long progress;

    VoiceScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void saying(String what, long millis) {
        line("· saying " + what + ", " + seconds(millis));
        out.flush();
    }

    @Override
    public void show(String text, JsonObject message) {
        switch (message.getString("type")) {
            case "session.created" -> created(message);
            case "transcript.partial" -> line("… " + message.getString("text"));
            case "transcript.final" -> understood(message);
            case "agent.started" -> {
                conversation = message.getString("conversation", conversation);
                writing = true;
                line("");
            }
            case "agent.token" -> {
                out.print(message.getString("text"));
                inText = true;
            }
            case "agent.done" -> {
                writing = false;
                line("");
            }
            case "agent.cancelled" -> writing = false;
            case "speech.begin" -> progress = 0;
            case "speech.mark" -> spoken(message);
            case "speech.end" -> line("· the answer is " + seconds(message.getLong("total_ms")) + " long");
            case "speech.pause" ->
                line("| pause: somebody speaks, " + seconds(message.getLong("at_ms")) + " into the call");
            case "speech.resume" -> line("> it was nothing; going on at " + seconds(message.getLong("from_ms")));
            case "speech.stop" -> stopped(message);
            case "audio.dropped" ->
                line("! audio was lost from " + seconds(message.getLong("from_ms")) + " to "
                        + seconds(message.getLong("to_ms")) + " (" + message.getString("reason") + ")");
            case "transcript.failed" -> line("! not understood (" + message.getString("code") + ")");
            case "error" -> line("! " + message.getString("message") + " (" + message.getString("code") + ")");
            default -> {} // acknowledgements and the like
        }
        out.flush();
    }

    private void created(JsonObject message) {
        session = message.getString("session");
        line("· connected; " + engine("listens", message.getJsonObject("stt")) + ", "
                + engine("speaks", message.getJsonObject("tts")));
    }

    private static String engine(String does, @Nullable JsonObject engine) {
        return engine == null
                ? "nothing " + does
                : engine.getString("engine") + " " + does
                        + (engine.getBoolean("demo", false) ? " (a demonstration)" : "");
    }

    private void understood(JsonObject message) {
        Number confidence = message.getNumber("confidence");
        line("» " + message.getString("text"));
        line("· understood " + message.getLong("stt_ms") + " ms after the end of the turn"
                + (confidence == null
                        ? ""
                        : String.format(Locale.ROOT, ", confidence %.2f", confidence.doubleValue())));
    }

    /** While the text is still being written it shows the progress itself. */
    private void spoken(JsonObject message) {
        long at = message.getLong("at_ms");
        if (!writing && at - progress >= PROGRESS_MS) {
            progress = at;
            line("· spoken " + seconds(at) + ", " + message.getInteger("chars") + " characters");
        }
    }

    private void stopped(JsonObject message) {
        line("■ stop after " + seconds(message.getLong("played_ms")) + " of speech (" + message.getString("reason")
                + ")");
        line("  heard: " + message.getString("spoken_text").strip());
        line("  not heard: " + message.getString("unspoken_text").strip());
    }

    /** The last lines. @param file where the answer was written */
    void ended(String status, String file, long millis) {
        line("");
        line(status + ", " + seconds(millis) + " of speech in " + file);
        line(session + "  --session " + conversation);
        out.flush();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private void line(String text) {
        if (inText) {
            out.println();
            inText = false;
        }
        out.println(text);
    }
}

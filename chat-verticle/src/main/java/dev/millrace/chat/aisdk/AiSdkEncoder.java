package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.Pending;
import dev.millrace.chat.dialect.Request;
import dev.millrace.chat.dialect.RunEncoder;
import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Artifact;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.event.RunEvent.Warning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * A run as a UI message stream (wire/ai-sdk.md). What it says by default is understood by every client since 5.0.61; what
 * only the newest read it says when it is asked to.
 */
final class AiSdkEncoder implements RunEncoder {

    private final boolean extended;
    private final boolean begins;
    private final Pending pending;
    private final TextParts texts;
    private final Tools tools;
    private final Sources sources = new Sources();
    private JsonObject start = Chunk.of("start");
    private boolean started;
    private boolean stepping;
    private boolean over;

    /**
     * @param extended whether to say what only the newest clients read
     * @param begins whether a reader who joins later begins a message; else he has it already, and goes on with it
     * @param settled requests that are known to be answered
     */
    AiSdkEncoder(boolean extended, boolean begins, Set<String> settled) {
        this.extended = extended;
        this.begins = begins;
        this.pending = new Pending(settled);
        this.texts = new TextParts(extended);
        this.tools = new Tools(extended, settled);
    }

    @Override
    public void tell(RunEvent event, Frames out) {
        begin(event, out);
        pending.see(event);
        if (event instanceof Status status) {
            tell(status, out);
        } else if (event instanceof Token token) {
            texts.token(token, out);
        } else if (event instanceof Artifact artifact) {
            out.add(Chunk.data("artifact", artifact.toJson()).put("id", artifact.id()));
        } else if (event instanceof Citation citation) {
            texts.cite(citation);
            sources.cite(citation, out);
        } else if (event instanceof Warning warning) {
            out.add(Chunk.data("warning", warning.toJson()));
        } else if (event instanceof Failure failure) {
            texts.close(out);
            out.add(Chunk.of("error").put("errorText", failure.message()));
        } else if (event instanceof Done done) {
            end(done, out);
        }
        if (!over && pending.isWaiting()) {
            leaveToPerson(out);
        }
    }

    /** Nothing may come before the start. A run whose first event is lost has no name for its message. */
    private void begin(RunEvent event, Frames out) {
        if (started) {
            return;
        }
        started = true;
        if (event instanceof Status status && status.details().containsKey("message")) {
            JsonObject details = status.details();
            start.put("messageId", details.getString("message"))
                    .put(
                            "messageMetadata",
                            new JsonObject()
                                    .put("run", details.getString("run"))
                                    .put("session", details.getString("session")));
        }
        out.add(start.copy());
    }

    private void tell(Status status, Frames out) {
        JsonObject details = status.details();
        switch (status.step()) {
            case STARTED -> {} // said by the start
            case GENERATING -> {
                finishStep(out);
                stepping = true;
                out.add(Chunk.of("start-step"));
            }
            case COMPLETED -> finishStep(out);
            case RUNNING_TOOL -> {
                texts.close(out);
                tools.running(details, out);
            }
            case TOOL_RESULT -> tools.result(details, out);
            case INPUT_REQUIRED -> {
                texts.close(out);
                tools.ask(Request.of(details), out);
            }
            case STEERED -> steered(status, out);
            case QUEUED, RETRIEVING, SUMMARIZING -> out.add(Chunk.passing("status", status.toJson()));
        }
    }

    private void steered(Status status, Frames out) {
        JsonObject details = status.details();
        if (details.containsKey("request")) {
            tools.answered(details);
        } else if (extended) {
            JsonObject text = new JsonObject().put("type", "text").put("text", details.getString("text"));
            out.add(Chunk.part("steering-message", details.getString("input")).put("parts", new JsonArray().add(text)));
        } else {
            out.add(Chunk.passing("status", status.toJson()));
        }
    }

    private void finishStep(Frames out) {
        texts.close(out);
        if (stepping) {
            stepping = false;
            out.add(Chunk.of("finish-step"));
        }
    }

    /** The message is finished as far as the client knows; its answer is another request, and goes on with it. */
    private void leaveToPerson(Frames out) {
        over = true;
        finishStep(out);
        out.add(Chunk.finish("tool-calls", null)).add(Chunk.DONE);
    }

    private void end(Done done, Frames out) {
        over = true;
        switch (done.status()) {
            case COMPLETED -> {
                finishStep(out);
                out.add(Chunk.finish(Endings.reason(done.finish()), Endings.metadata(done)));
            }
            case CANCELLED -> {
                finishStep(out);
                JsonObject abort = Chunk.of("abort");
                out.add(extended ? abort.put("reason", done.finish()) : abort);
                out.add(Chunk.finish("other", Endings.metadata(done).put("cancelled", true)));
            }
            case TIMEOUT -> {
                finishStep(out);
                String message = "The answer took too long, and is not whole.";
                out.add(Chunk.data("warning", new Warning("timeout", message).toJson()));
                out.add(Chunk.finish(extended ? "interrupted" : "other", Endings.metadata(done)));
            }
            case FAILED -> {} // an error is the last that a client reads, and it was said
        }
        out.add(Chunk.DONE);
    }

    @Override
    public void join(Frames out) {
        if (begins) {
            stepping = false; // what this message had so far was finished for its reader
            out.add(start.copy());
        }
    }

    @Override
    public void tell(Notice notice, Frames out) {
        if (notice.type().equals(Notice.GAP)) {
            String message = "A part of this answer is no longer kept.";
            started = true;
            out.add(start.copy());
            out.add(Chunk.data(
                    "warning",
                    new JsonObject().put("code", "gap").put("message", message).mergeIn(notice.json())));
        } else {
            out.add(Chunk.passing("warning", notice.json()));
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }
}

package dev.millrace.chat.agui;

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
import org.jspecify.annotations.Nullable;

/** A run as events of AG-UI (wire/ag-ui.md). */
final class AgUiEncoder implements RunEncoder {

    private static final String STEP = "generating";

    private final AgUiExchange exchange;
    private final @Nullable JsonArray history;
    private final Pending pending;
    private final Snapshot snapshot = new Snapshot();
    private final Texts texts = new Texts(snapshot);
    private final Calls calls = new Calls(texts, snapshot);
    private final Activities activities = new Activities(snapshot);
    private String run = "";
    private boolean started;
    private boolean stepping;
    private boolean over;

    /**
     * @param history the messages before the run's, for a reader who is shown all there are when he joins; null for one who
     *     has them
     * @param settled requests that are known to be answered
     */
    AgUiEncoder(AgUiExchange exchange, @Nullable JsonArray history, Set<String> settled) {
        this.exchange = exchange;
        this.history = history;
        this.pending = new Pending(settled);
    }

    @Override
    public void tell(RunEvent event, Frames out) {
        start(out);
        pending.see(event);
        if (event instanceof Status status) {
            tell(status, out);
        } else if (event instanceof Token token) {
            texts.token(token, out);
        } else if (event instanceof Artifact artifact) {
            activities.tell(texts.base(), artifact, out);
        } else if (event instanceof Citation citation) {
            texts.cite(citation);
            out.add(Say.custom("citation", citation.toJson()));
        } else if (event instanceof Warning warning) {
            out.add(Say.custom("warning", warning.toJson()));
        } else if (event instanceof Failure failure) {
            out.add(Endings.error(failure.code(), failure.message()));
        } else if (event instanceof Done done) {
            end(done, out);
        }
        if (!over && pending.isWaiting()) {
            leaveToPerson(out);
        }
    }

    private void start(Frames out) {
        if (!started) {
            started = true;
            out.add(Endings.started(exchange));
        }
    }

    private void tell(Status status, Frames out) {
        JsonObject details = status.details();
        switch (status.step()) {
            case STARTED -> {
                run = details.getString("run");
                texts.begin(details.getString("message"));
            }
            case GENERATING -> {
                finishStep(out);
                stepping = true;
                startStep(out);
            }
            case COMPLETED -> finishStep(out);
            case RUNNING_TOOL -> calls.running(details, out);
            case TOOL_RESULT -> calls.result(details, out);
            case INPUT_REQUIRED -> calls.ask(Request.of(details), out);
            case QUEUED, RETRIEVING, SUMMARIZING, STEERED -> out.add(Say.custom("status", status.toJson()));
        }
    }

    private void startStep(Frames out) {
        if (stepping) {
            out.add(Say.of("STEP_STARTED").put("stepName", STEP));
        }
    }

    private void finishStep(Frames out) {
        texts.close(out);
        if (stepping) {
            stepping = false;
            out.add(Say.of("STEP_FINISHED").put("stepName", STEP));
        }
    }

    /** The run is over as far as the client knows; its answer is another run, and goes on with this one. */
    private void leaveToPerson(Frames out) {
        over = true;
        finishStep(out);
        if (exchange.state() != null && pending.open().stream().anyMatch(Endings::interrupts)) {
            out.add(Say.of("STATE_SNAPSHOT").put("snapshot", exchange.state()));
        }
        out.add(Endings.waiting(exchange, run, pending.open()));
    }

    private void end(Done done, Frames out) {
        over = true;
        switch (done.status()) {
            case COMPLETED, CANCELLED -> {
                finishStep(out);
                out.add(Endings.of(exchange, done));
            }
            case TIMEOUT -> out.add(Endings.of(exchange, done)); // an error closes what is open
            case FAILED -> {} // the error was the last word
        }
    }

    @Override
    public void join(Frames out) {
        out.add(Endings.started(exchange));
        if (history == null) {
            stepping = false; // the client's run before this one has closed it
            return;
        }
        out.add(Say.of("MESSAGES_SNAPSHOT").put("messages", snapshot.after(history)));
        if (pending.isWaiting()) {
            leaveToPerson(out);
            return;
        }
        startStep(out);
        texts.reopen(out);
    }

    @Override
    public void tell(Notice notice, Frames out) {
        start(out);
        JsonObject known = notice.json();
        if (notice.type().equals(Notice.GAP)) {
            known = new JsonObject()
                    .put("code", "gap")
                    .put("message", "A part of this answer is no longer kept.")
                    .mergeIn(known);
        }
        out.add(Say.custom("warning", known));
    }

    @Override
    public boolean isOver() {
        return over;
    }
}

package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.View;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.RunEvent;
import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Owner;
import io.vertx.core.json.JsonArray;
import org.jspecify.annotations.Nullable;

/** AG-UI, 1.0 and before: what an unmodified {@code HttpAgent} sends and reads. */
public final class AgUi implements Dialect {

    public static final String NAME = "ag-ui";

    private final @Nullable AgUiRequest request;

    private AgUi(@Nullable AgUiRequest request) {
        this.request = request;
    }

    /** Of a body. @throws dev.millrace.http.Problem naming the field that is wrong */
    public static AgUi of(Body body) {
        return new AgUi(new AgUiRequest(body));
    }

    /** Of a request without a body: the run and its session stand for the names that a client would give. */
    public static AgUi bare() {
        return new AgUi(null);
    }

    /** Whether a body is one that this protocol has. */
    public static boolean isSpokenIn(Body body) {
        return body.has("threadId") && body.has("runId");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Asking read(Body body, Owner owner, @Nullable String idempotencyKey) {
        return (request == null ? new AgUiRequest(body) : request).read(owner, idempotencyKey);
    }

    /** What is wrong with an answer to an interrupt is the error of a run. */
    @Override
    public boolean refuses(Problem problem, Frames said) {
        if (request == null || problem.status() >= 500) {
            return false;
        }
        said.add(Endings.started(request.exchange()));
        said.add(Endings.error(problem.code(), String.valueOf(problem.getMessage())));
        return true;
    }

    @Override
    public boolean tellsHistory() {
        return request == null;
    }

    /**
     * A client appends what it is told to what it has. So who comes back is given all messages as they are now, which take
     * the place of his, and then what follows.
     */
    @Override
    public View view(Visit visit) {
        AgUiExchange exchange = request == null ? AgUiExchange.of(visit) : request.exchange();
        boolean returns = visit.manner() == Visit.Manner.RETURNS;
        JsonArray history = returns ? (request == null ? Snapshot.of(visit.history()) : request.history()) : null;
        return View.of(
                new AgUiEncoder(exchange, history, visit.settled()), returns ? beforeTheEnd(visit) : visit.head());
    }

    /** How a run has ended is told and not shown. */
    private static EventId beforeTheEnd(Visit visit) {
        EventId last = EventId.BEGINNING;
        for (Entry entry : visit.before()) {
            RunEvent event = RunEvent.of(entry).orElse(null);
            if (event instanceof RunEvent.Failure || event instanceof RunEvent.Done) {
                break;
            }
            last = entry.id();
        }
        return last;
    }
}

package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.event.RunEvent.Warning;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A run's stream says how it stands. */
final class RunStateTest {

    private static final Warning EXPIRED = new Warning("input_expired", "Nobody answered.");

    private static RunState state(Event... events) {
        List<Entry> entries = new ArrayList<>();
        for (Event event : events) {
            entries.add(new Entry(new EventId(entries.size() + 1, 1), event.type(), event.data()));
        }
        return RunState.of(entries);
    }

    private static Status asks(String request) {
        return new Status(Step.INPUT_REQUIRED, new JsonObject().put("request", request));
    }

    private static Status said(JsonObject what) {
        return new Status(Step.STEERED, what.put("input", "in_1"));
    }

    private static Status answers(String request) {
        return said(new JsonObject().put("request", request));
    }

    private static Done done(Outcome outcome) {
        return Done.of(outcome, "stop", 1, null, new JsonObject(), "");
    }

    @Test
    void aRunWaitsInTheQueueUntilItWorksEvenIfItIsSteeredThere() {
        assertEquals(RunState.RUNNING, state(Status.of(Step.STARTED)));
        assertEquals(RunState.QUEUED, state(Status.of(Step.STARTED), Status.of(Step.QUEUED)));
        assertEquals(RunState.QUEUED, state(Status.of(Step.STARTED), Status.of(Step.QUEUED), said(new JsonObject())));
        assertEquals(
                RunState.RUNNING,
                state(Status.of(Step.STARTED), Status.of(Step.QUEUED), Status.of(Step.GENERATING), new Token("a", 0)));
    }

    @Test
    void aRunWaitsForAPersonAsLongAsOneOfItsRequestsIsOpen() {
        assertEquals(RunState.INPUT_REQUIRED, state(asks("req_1")));
        assertEquals(RunState.INPUT_REQUIRED, state(asks("req_1"), said(new JsonObject())), "to steer answers nothing");
        assertEquals(RunState.INPUT_REQUIRED, state(asks("req_1"), asks("req_2"), answers("req_1")));
        assertEquals(RunState.RUNNING, state(asks("req_1"), asks("req_2"), answers("req_1"), answers("req_2")));
        assertEquals(RunState.INPUT_REQUIRED, state(asks("req_1"), asks("req_2"), EXPIRED));
        assertEquals(RunState.RUNNING, state(asks("req_1"), asks("req_2"), answers("req_1"), EXPIRED));
    }

    @Test
    void aRunThatIsOverIsAsItsLastWordSays() {
        for (Outcome outcome : Outcome.values()) {
            RunState state = state(asks("req_1"), done(outcome));
            assertEquals(outcome.text(), state.text());
            assertEquals(true, state.isOver());
        }
        assertEquals(false, RunState.INPUT_REQUIRED.isOver());
    }

    @Test
    void aStateIsReadAsItIsWritten() {
        for (RunState state : RunState.values()) {
            assertEquals(Optional.of(state), RunState.of(state.text()));
        }
        assertEquals(Optional.empty(), RunState.of("RUNNING"));
    }
}

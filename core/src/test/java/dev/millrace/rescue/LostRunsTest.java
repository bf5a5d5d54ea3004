package dev.millrace.rescue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Turn;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LostRunsTest {

    private static final String LOST =
            OwnedId.newRun(new Owner("mill", "anna"), "deadbeef").text();
    private static final String OTHER =
            OwnedId.newRun(new Owner("mill", "anna"), "deadbeef").text();
    private static final StreamName RUN = StreamName.run(LOST);
    private static final StreamName SESSION = StreamName.session("ses_1");
    private static final String SAID = "Water \ud83c\udfee turns";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final MemoryLog log = new MemoryLog(vertx, clock::get, Map.of(), 1 << 20);
    private final Happenings told = Happenings.to(log, "main", "node0001", clock::get);
    private final LostRuns lostRuns = new LostRuns(log, clock::get, told);

    @BeforeEach
    void aRunIsUnderWay() throws Exception {
        append(SESSION, Message.question("msg_q", "How?", LOST).toEvent());
        append(
                RUN,
                new Status(
                        Step.STARTED,
                        new JsonObject()
                                .put("run", LOST)
                                .put("session", "ses_1")
                                .put("message", "msg_a")
                                .put("metadata", new JsonObject().put("ticket", 7))));
        append(RUN, Status.of(Step.GENERATING));
        append(RUN, new Token("Water \ud83c\udfee", 0));
        append(RUN, new Token(" turns", 8));
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void thoughtsAreNoPartOfWhatTheRunHasSaid() throws Exception {
        append(RUN, Token.reasoning("Or not?", 0, "reasoning_1"));
        await(lostRuns.end(LOST));
        List<Entry> entries = entries(RUN);
        JsonObject done = new JsonObject(entries.get(entries.size() - 1).data());
        assertEquals("Water \ud83c\udfee turns".length(), done.getInteger("text_length"));
    }

    @Test
    void theRunEndsWithWhatItHasSaidSoFar() throws Exception {
        clock.addAndGet(250);
        await(lostRuns.end(LOST));
        List<Entry> entries = entries(RUN);
        assertEquals(6, entries.size());
        assertEquals(
                "{\"code\":\"agent_lost\",\"message\":\"The agent that wrote this answer is gone; ask again.\","
                        + "\"retryable\":true}",
                entries.get(4).data().toString());
        RunEvent.Done expected = RunEvent.Done.of(
                Outcome.FAILED,
                "error",
                250,
                null,
                new JsonObject("{\"input_tokens\":0,\"output_tokens\":3,\"estimated\":true}"),
                SAID);
        assertEquals("done", entries.get(5).type());
        assertEquals(expected.toJson().encode(), entries.get(5).data().toString());
    }

    @Test
    void itsConversationGetsTheAnswerAsFarAsItCame() throws Exception {
        await(lostRuns.end(LOST));
        Conversation conversation = Conversation.of(entries(SESSION));
        assertEquals(List.of(), conversation.openRuns());
        Message answer = conversation.messages().get(1);
        assertEquals("msg_a failed " + SAID, answer.id() + " " + answer.status() + " " + answer.text());
    }

    @Test
    void twoWhoNoticeEndItOnce() throws Exception {
        await(lostRuns.end(LOST));
        List<Entry> run = entries(RUN);
        await(lostRuns.end(LOST));
        assertEquals(run, entries(RUN));
        assertEquals(2, entries(SESSION).size());
    }

    /** Both have read the run before either writes. */
    @Test
    void twoWhoNoticeAtTheSameTimeEndItOnce() throws Exception {
        List<Future<Boolean>> others = new ArrayList<>();
        LostRuns first = new LostRuns(before(RUN, () -> others.add(lostRuns.end(LOST))), clock::get, told);
        await(first.end(LOST));
        await(others.get(0));
        assertEquals(1, others.size());
        assertEquals(
                List.of("status", "status", "token", "token", "error", "done"),
                entries(RUN).stream().map(Entry::type).toList());
        assertEquals(2, entries(SESSION).size());
    }

    @Test
    void anAgentThatIsAliveAfterAllGoesOn() throws Exception {
        LostRuns hasty =
                new LostRuns(before(RUN, () -> log.append(RUN, List.of(new Token(".", 14)), 4)), clock::get, told);
        await(hasty.end(LOST));
        assertEquals(5, entries(RUN).size());
        assertEquals(1, entries(SESSION).size());
    }

    @Test
    void whoseLastWordWasTakenTellsTheTenantOnce() throws Exception {
        append(StreamName.agent("deadbeef"), OpenRuns.event(Map.of(LOST, new Owner("mill", "anna"))));
        await(lostRuns.end(LOST));
        await(lostRuns.end(LOST));
        List<Entry> events = entries(StreamName.feed("mill", "main"));
        assertEquals("dev.millrace.run.completed.v1", events.get(0).type());
        assertEquals(
                ("{\"run\":\"%s\",\"session\":\"ses_1\",\"metadata\":{\"ticket\":7},\"status\":\"failed\",\"finish\":\"error\","
                                + "\"latency_ms\":0,\"usage\":{\"input_tokens\":0,\"output_tokens\":3,\"estimated\":true},"
                                + "\"text_length\":14,\"message\":\"%s\",\"error\":\"agent_lost\"}")
                        .formatted(LOST, Turn.answerId(LOST)),
                new JsonObject(events.get(0).data()).getJsonObject("data").encode());
        assertEquals("dev.millrace.session.message.posted.v1", events.get(1).type());
        assertEquals(2, events.size());
    }

    @Test
    void aConversationThatGoesOnMeanwhileStillGetsItsAnswer() throws Exception {
        Event next = Message.question("msg_r", "Why?", "run_2").toEvent();
        LostRuns slow = new LostRuns(before(SESSION, () -> log.append(SESSION, List.of(next), 1)), clock::get, told);
        await(slow.end(LOST));
        assertEquals(List.of("run_2"), Conversation.of(entries(SESSION)).openRuns());
        assertEquals(3, entries(SESSION).size());
    }

    @Test
    void aConversationThatWasErasedDoesNotComeBack() throws Exception {
        await(log.expire(SESSION, java.time.Duration.ZERO));
        await(lostRuns.end(LOST));
        assertEquals(List.of(), entries(SESSION));
        assertEquals(6, entries(RUN).size());
    }

    @Test
    void aFinishedRunStaysAsItIsAndItsConversationGetsTheAnswerThatItsAgentCouldNotWriteAnyMore() throws Exception {
        append(RUN, RunEvent.Done.of(Outcome.COMPLETED, "stop", 7, 1L, new JsonObject(), SAID));
        await(lostRuns.end(LOST));
        assertEquals(5, entries(RUN).size());
        Message answer = Conversation.of(entries(SESSION)).messages().get(1);
        assertEquals("msg_a completed " + SAID, answer.id() + " " + answer.status() + " " + answer.text());
        await(lostRuns.end(LOST));
        assertEquals(2, entries(SESSION).size());
    }

    @Test
    void aRunThatNeverWasDoesNotBegin() throws Exception {
        await(lostRuns.end(OTHER));
        assertEquals(List.of(), entries(StreamName.run(OTHER)));
    }

    /** The log, where something happens right before the first append to a stream. */
    private StreamLog before(StreamName stream, Runnable what) {
        boolean[] happened = new boolean[1];
        return (StreamLog) Proxy.newProxyInstance(
                LostRunsTest.class.getClassLoader(), new Class<?>[] {StreamLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("append") && arguments[0].equals(stream) && !happened[0]) {
                        happened[0] = true;
                        what.run();
                    }
                    try {
                        return method.invoke(log, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void append(StreamName stream, Event event) throws Exception {
        await(log.append(stream, List.of(event), StreamLog.ANYWHERE));
    }

    private List<Entry> entries(StreamName stream) throws Exception {
        return await(log.all(stream));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}

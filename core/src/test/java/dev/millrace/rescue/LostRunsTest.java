package dev.millrace.rescue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

    private static final StreamName RUN = StreamName.run("run_1");
    private static final StreamName SESSION = StreamName.session("ses_1");
    private static final String SAID = "Water \ud83c\udfee turns";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final MemoryLog log = new MemoryLog(vertx, clock::get, Map.of(), 1 << 20);
    private final LostRuns lostRuns = new LostRuns(log, clock::get);

    @BeforeEach
    void aRunIsUnderWay() throws Exception {
        append(SESSION, Message.question("msg_q", "How?", "run_1").toEvent());
        append(
                RUN,
                new Status(
                        Step.STARTED,
                        new JsonObject()
                                .put("run", "run_1")
                                .put("session", "ses_1")
                                .put("message", "msg_a")));
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
        await(lostRuns.end("run_1"));
        List<Entry> entries = entries(RUN);
        JsonObject done = new JsonObject(entries.get(entries.size() - 1).data());
        assertEquals("Water \ud83c\udfee turns".length(), done.getInteger("text_length"));
    }

    @Test
    void theRunEndsWithWhatItHasSaidSoFar() throws Exception {
        clock.addAndGet(250);
        await(lostRuns.end("run_1"));
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
        await(lostRuns.end("run_1"));
        Conversation conversation = Conversation.of(entries(SESSION));
        assertEquals(List.of(), conversation.openRuns());
        Message answer = conversation.messages().get(1);
        assertEquals("msg_a failed " + SAID, answer.id() + " " + answer.status() + " " + answer.text());
    }

    @Test
    void twoWhoNoticeEndItOnce() throws Exception {
        await(lostRuns.end("run_1"));
        List<Entry> run = entries(RUN);
        await(lostRuns.end("run_1"));
        assertEquals(run, entries(RUN));
        assertEquals(2, entries(SESSION).size());
    }

    /** Both have read the run before either writes. */
    @Test
    void twoWhoNoticeAtTheSameTimeEndItOnce() throws Exception {
        List<Future<Void>> others = new ArrayList<>();
        LostRuns first = new LostRuns(before(RUN, () -> others.add(lostRuns.end("run_1"))), clock::get);
        await(first.end("run_1"));
        await(others.get(0));
        assertEquals(1, others.size());
        assertEquals(
                List.of("status", "status", "token", "token", "error", "done"),
                entries(RUN).stream().map(Entry::type).toList());
        assertEquals(2, entries(SESSION).size());
    }

    @Test
    void anAgentThatIsAliveAfterAllGoesOn() throws Exception {
        LostRuns hasty = new LostRuns(before(RUN, () -> log.append(RUN, List.of(new Token(".", 14)), 4)), clock::get);
        await(hasty.end("run_1"));
        assertEquals(5, entries(RUN).size());
        assertEquals(1, entries(SESSION).size());
    }

    @Test
    void aConversationThatGoesOnMeanwhileStillGetsItsAnswer() throws Exception {
        Event next = Message.question("msg_r", "Why?", "run_2").toEvent();
        LostRuns slow = new LostRuns(before(SESSION, () -> log.append(SESSION, List.of(next), 1)), clock::get);
        await(slow.end("run_1"));
        assertEquals(List.of("run_2"), Conversation.of(entries(SESSION)).openRuns());
        assertEquals(3, entries(SESSION).size());
    }

    @Test
    void aConversationThatWasErasedDoesNotComeBack() throws Exception {
        await(log.expire(SESSION, java.time.Duration.ZERO));
        await(lostRuns.end("run_1"));
        assertEquals(List.of(), entries(SESSION));
        assertEquals(6, entries(RUN).size());
    }

    @Test
    void aFinishedRunStaysAsItIs() throws Exception {
        append(RUN, Event.of("done", Buffer.buffer("{}")));
        await(lostRuns.end("run_1"));
        assertEquals(5, entries(RUN).size());
        assertEquals(1, entries(SESSION).size());
    }

    @Test
    void aRunThatNeverWasDoesNotBegin() throws Exception {
        await(lostRuns.end("run_2"));
        assertEquals(List.of(), entries(StreamName.run("run_2")));
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

package dev.millrace.agent;

import static dev.millrace.agent.Stage.COUNTED;
import static dev.millrace.agent.Stage.NOTHING;
import static dev.millrace.agent.Stage.ask;
import static dev.millrace.agent.Stage.done;
import static dev.millrace.agent.Stage.estimated;
import static dev.millrace.agent.Stage.generating;
import static dev.millrace.agent.Stage.retrieving;
import static dev.millrace.agent.Stage.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.model.Passage;
import dev.millrace.event.Event;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each test reads a whole stream, event by event. */
@ExtendWith(VertxExtension.class)
@DisplayName("A run")
class RunTest {

    private static final String LOG_LOST =
            "+2000 error {\"code\":\"log_unavailable\",\"message\":\"The log could not be reached for too long; ask again.\",\"retryable\":true}\n";

    private static final String QUESTION = "How long does rye keep?";
    private static final int ASKED = QUESTION.length() / 4 + 1;
    private static final Passage RYE = new Passage("rye.md", "Rye", "", 3, "Rye keeps. For six days.", 1.5);

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS);
    }

    @Test
    @DisplayName("that is completed shows what was found, cites it, and says what it took and cost")
    void completed() {
        stage.documents.found = Future.succeededFuture(List.of(RYE));
        Started run = stage.start(QUESTION);
        stage.clock.pass(19);
        stage.model
                .speech()
                .give(new Delta.Citation(1, "Rye", "rye.md#L3", null, "Rye keeps.", 0, 10))
                .say("Rye ");
        stage.clock.pass(20);
        stage.model.speech().say("keeps.").finish("stop");
        assertEquals(
                started(0)
                        + retrieving(0)
                        + "+0 artifact {\"id\":\"passages\",\"rev\":1,\"kind\":\"passages\",\"title\":\"What was found\",\"content\":[{\"source\":\"rye.md\",\"title\":\"Rye\",\"heading\":\"\",\"line\":3,\"text\":\"Rye keeps. For six days.\",\"score\":1.5}],\"final\":true}\n"
                        + generating(0)
                        + "+19 citation {\"n\":1,\"title\":\"Rye\",\"source\":\"rye.md#L3\",\"quote\":\"Rye keeps.\",\"start\":0,\"end\":10}\n"
                        + "+19 token {\"text\":\"Rye \",\"at\":0}\n"
                        + "+39 token {\"text\":\"keeps.\",\"at\":4}\n"
                        + "+39 status {\"step\":\"completed\"}\n"
                        + done(39, "completed", "stop", 39, 19L, COUNTED, "Rye keeps."),
                stage.told(run));
        Conversation conversation = Conversation.of(stage.entries(StreamName.session(run.session())));
        assertEquals(List.of("? " + QUESTION, "completed: Rye keeps."), stage.conversation(run));
        assertEquals(1, conversation.messages().get(1).citations().size());
        assertEquals(List.of(QUESTION), stage.documents.asked);
        stage.assertQuiet();
    }

    @Test
    @DisplayName("without an answer in the documents carries the model's caution, and is completed")
    void honest() {
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .give(new Delta.Caution("not_in_documents", "The answer is not in the documents."))
                .say("The documents do not answer this.")
                .finish("stop");
        assertEquals(
                started(0)
                        + retrieving(0)
                        + generating(0)
                        + "+0 warning {\"code\":\"not_in_documents\",\"message\":\"The answer is not in the documents.\"}\n"
                        + "+0 token {\"text\":\"The documents do not answer this.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, COUNTED, "The documents do not answer this."),
                stage.told(run));
    }

    @Test
    @DisplayName("finishes as its model says it does")
    void length() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six").finish("length");
        assertEquals("completed length", stage.ending(run));
    }

    @Test
    @DisplayName("whose model ends without a word about it finishes with stop, and its cost is estimated")
    void uncounted() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six days.").end();
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six days.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, estimated(ASKED, 3), "Six days."),
                stage.told(run));
    }

    @Test
    @DisplayName("whose model thinks shows that beside the answer, each thought from its own beginning")
    void reasoning() {
        Started run = stage.start(ask(QUESTION).with());
        stage.clock.pass(3);
        stage.model
                .speech()
                .give(new Delta.Reasoning("Rye"))
                .give(new Delta.Reasoning("?"))
                .say("Six ")
                .give(new Delta.Reasoning("Or seven?"))
                .say("days.")
                .finish("stop");
        assertEquals(
                started(0)
                        + generating(0)
                        + "+3 token {\"text\":\"Rye\",\"at\":0,\"channel\":\"reasoning\",\"part\":\"reasoning_1\"}\n"
                        + "+3 token {\"text\":\"?\",\"at\":3,\"channel\":\"reasoning\",\"part\":\"reasoning_1\"}\n"
                        + "+3 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+3 token {\"text\":\"Or seven?\",\"at\":0,\"channel\":\"reasoning\",\"part\":\"reasoning_2\"}\n"
                        + "+3 token {\"text\":\"days.\",\"at\":4}\n"
                        + "+3 status {\"step\":\"completed\"}\n"
                        + done(3, "completed", "stop", 3, 3L, COUNTED, "Six days."),
                stage.told(run));
        assertEquals(List.of("? " + QUESTION, "completed: Six days."), stage.conversation(run));
    }

    @Test
    @DisplayName("whose model says why it failed fails so, and keeps what was said and thought")
    void modelFailure() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model
                .speech()
                .give(new Delta.Reasoning("Hmm."))
                .say("Six ")
                .fail(new ModelFailure("upstream_truncated", "It broke off.", true));
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Hmm.\",\"at\":0,\"channel\":\"reasoning\",\"part\":\"reasoning_1\"}\n"
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+0 error {\"code\":\"upstream_truncated\",\"message\":\"It broke off.\",\"retryable\":true}\n"
                        + done(0, "failed", "error", 0, 0L, estimated(ASKED, 2), "Six "),
                stage.told(run));
        assertEquals(List.of("? " + QUESTION, "failed: Six "), stage.conversation(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("holds its model back while the log is behind, and only then")
    void heldBack() {
        stage.start(ask(QUESTION).with());
        HandModel.Speech speech = stage.model.speech();
        stage.log.hold();
        speech.say("x".repeat(Composing.MOST_UNSTORED - 1));
        assertFalse(speech.paused);
        speech.say("y");
        assertTrue(speech.paused);
        stage.log.next(); // the first piece; the second is under way
        assertTrue(speech.paused);
        stage.log.release();
        assertFalse(speech.paused);
        speech.finish("stop");
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that may use no tools does not search")
    void noTools() {
        Started run = stage.start(ask(QUESTION).with());
        assertEquals(List.of(), stage.documents.asked);
        assertEquals(started(0) + generating(0), stage.told(run));
        stage.start(ask(QUESTION).with("search_docs"));
        assertEquals(List.of(QUESTION), stage.documents.asked);
    }

    @Test
    @DisplayName("that is cancelled keeps what was said, tells its model once, and hears nothing of it any more")
    void cancelled() {
        Started run = stage.start(ask(QUESTION).with());
        stage.clock.pass(5);
        HandModel.Speech speech = stage.model.speech().say("Six ");
        stage.clock.pass(5);
        stage.agent.cancel(run.run());
        stage.agent.cancel(run.run());
        speech.say("days.").give(new Delta.Caution("late", "Too late.")).finish("stop");
        speech.fail();
        assertEquals(
                started(0)
                        + generating(0)
                        + "+5 token {\"text\":\"Six \",\"at\":0}\n"
                        + done(10, "cancelled", "cancelled", 10, 5L, estimated(ASKED, 1), "Six "),
                stage.told(run));
        assertEquals(1, speech.cancels);
        assertEquals(List.of("? " + QUESTION, "cancelled: Six "), stage.conversation(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that is cancelled while it searches never asks its model, and has cost nothing")
    void cancelledEarly() {
        Promise<List<Passage>> late = stage.documents.late();
        Started run = stage.start(QUESTION);
        stage.agent.cancel(run.run());
        late.complete(List.of(RYE));
        assertEquals(
                started(0) + retrieving(0) + done(0, "cancelled", "cancelled", 0, null, NOTHING, ""), stage.told(run));
        assertEquals(List.of(), stage.model.prompts);
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose documents cannot be searched warns, and answers without them")
    void failedRetrieval() {
        stage.documents.found = Future.failedFuture("the disk is gone, as the test wants");
        String expected = started(0)
                + retrieving(0)
                + "+0 warning {\"code\":\"retrieval_failed\",\"message\":\"The documents could not be searched.\"}\n"
                + generating(0);
        assertEquals(expected, stage.told(stage.start(QUESTION)));
        stage.documents.broken = new IllegalStateException("thrown, not failed, as the test wants");
        assertEquals(expected, stage.told(stage.start(QUESTION)));
    }

    @Test
    @DisplayName("whose search never answers ends at its time, and a late find changes nothing")
    void hangingRetrieval() {
        Promise<List<Passage>> late = stage.documents.late();
        Started run = stage.start(ask(QUESTION).within(500));
        stage.clock.pass(499);
        assertEquals(started(0) + retrieving(0), stage.told(run));
        stage.clock.pass(1);
        String told = started(0) + retrieving(0) + done(500, "timeout", "timeout", 500, null, NOTHING, "");
        assertEquals(told, stage.told(run));
        late.fail("too late, as the test wants");
        assertEquals(told, stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose model never ends is ended at its time with what it said")
    void timeout() {
        Started run = stage.start(ask(QUESTION).with().within(700));
        stage.clock.pass(100);
        stage.model.speech().say("Six ");
        stage.clock.pass(600);
        assertEquals(
                started(0)
                        + generating(0)
                        + "+100 token {\"text\":\"Six \",\"at\":0}\n"
                        + done(700, "timeout", "timeout", 700, 100L, estimated(ASKED, 1), "Six "),
                stage.told(run));
        assertEquals(List.of("? " + QUESTION, "timeout: Six "), stage.conversation(run));
        assertEquals(1, stage.model.speech().cancels);
        stage.assertQuiet();
    }

    @Test
    @DisplayName("may ask for less time than the agent gives, not for more")
    void longestTimeout() {
        Started run = stage.start(ask(QUESTION).detached().within(600_000));
        stage.clock.pass(119_999);
        assertEquals(3, stage.steps(run).size());
        stage.clock.pass(1);
        assertEquals("timeout timeout", stage.ending(run));
    }

    @Test
    @DisplayName("whose model breaks fails, after what it said")
    void failedModel() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ").fail();
        stage.model.speech().end();
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+0 error {\"code\":\"agent_failed\",\"message\":\"The agent failed.\",\"retryable\":true}\n"
                        + done(0, "failed", "error", 0, 0L, estimated(ASKED, 1), "Six "),
                stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose model breaks at once fails too")
    void brokenModel() {
        stage.model.broken = new IllegalStateException("no model today, as the test wants");
        Started run = stage.start(ask(QUESTION).with());
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 error {\"code\":\"agent_failed\",\"message\":\"The agent failed.\",\"retryable\":true}\n"
                        + done(0, "failed", "error", 0, null, estimated(ASKED, 0), ""),
                stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that nobody watches ends after the grace, counted from when the last reader left")
    void unwatched() {
        Started never = stage.start(ask(QUESTION).with());
        Started watched = stage.start(ask(QUESTION).with());
        Started detached = stage.start(ask(QUESTION).with().detached());
        stage.log.watch(watched, true);
        stage.clock.pass(59_999);
        assertEquals(List.of("started", "generating"), stage.steps(never));
        stage.clock.pass(1);
        assertEquals(
                started(0)
                        + generating(0)
                        + done(60_000, "cancelled", "unwatched", 60_000, null, estimated(ASKED, 0), ""),
                stage.told(never));
        stage.log.watch(watched, false);
        stage.clock.pass(59_999);
        assertEquals(List.of("started", "generating"), stage.steps(watched));
        stage.log.watch(watched, true);
        stage.clock.pass(1);
        assertEquals("timeout timeout", stage.ending(watched));
        assertEquals("timeout timeout", stage.ending(detached));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("left by its reader has the whole grace before it ends")
    void left() {
        Started run = stage.start(ask(QUESTION).with());
        stage.log.watch(run, true);
        stage.clock.pass(30_500);
        stage.log.watch(run, false);
        stage.clock.pass(59_400);
        assertEquals(List.of("started", "generating"), stage.steps(run));
        stage.clock.pass(100);
        assertEquals("cancelled unwatched", stage.ending(run));
    }

    @Test
    @DisplayName("waits for two ahead, says when it moves up, and reads their answers; its time begins with its work")
    void queued() {
        Started first = stage.start(ask("One?").with().detached());
        Started second = stage.start(ask("Two?").with().detached().in(first));
        Started third = stage.start(ask("Three?").with().detached().in(first).within(1_000));
        stage.clock.pass(2_000);
        stage.model.speech().say("1.").finish("stop");
        stage.clock.pass(2_000);
        stage.model.speech().say("2.").finish("stop");
        stage.clock.pass(999);
        stage.model.speech().say("3.").finish("stop");
        assertEquals(
                started(0).replace("}\n", ",\"detach\":true}\n")
                        + "+0 status {\"step\":\"queued\",\"label\":\"Waiting for the runs before\",\"position\":2}\n"
                        + "+2000 status {\"step\":\"queued\",\"label\":\"Waiting for the run before\",\"position\":1}\n"
                        + generating(4_000)
                        + "+4999 token {\"text\":\"3.\",\"at\":0}\n"
                        + "+4999 status {\"step\":\"completed\"}\n"
                        + done(4_999, "completed", "stop", 4_999, 4_999L, COUNTED, "3."),
                stage.told(third));
        assertEquals(
                "[Turn[role=USER, text=One?], Turn[role=ASSISTANT, text=1.], Turn[role=USER, text=Two?],"
                        + " Turn[role=ASSISTANT, text=2.], Turn[role=USER, text=Three?]]",
                stage.model.prompts.get(2).turns().toString());
        assertEquals("completed stop", stage.ending(second));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that is cancelled in the queue ends there, and who waits behind it still waits for the first")
    void cancelledInQueue() {
        Started first = stage.start(ask("One?").with());
        Started second = stage.start(ask("Two?").with().in(first));
        Started third = stage.start(ask("Three?").with().in(first));
        stage.agent.cancel(second.run());
        assertEquals(
                started(0)
                        + "+0 status {\"step\":\"queued\",\"label\":\"Waiting for the run before\",\"position\":1}\n"
                        + done(0, "cancelled", "cancelled", 0, null, NOTHING, ""),
                stage.told(second));
        assertEquals(List.of("started", "queued", "queued"), stage.steps(third));
        stage.model.speech().say("1.").finish("stop");
        assertEquals(List.of("started", "queued", "queued", "generating"), stage.steps(third));
        assertEquals(
                "[Turn[role=USER, text=One?], Turn[role=ASSISTANT, text=1.], Turn[role=USER, text=Two?],"
                        + " Turn[role=USER, text=Three?]]",
                stage.model.prompts.get(1).turns().toString());
    }

    @Test
    @DisplayName("whose log was away for too long keeps its place and ends once when the log is back")
    void logAway() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ");
        stage.log.away(false);
        stage.model.speech().say("days.");
        assertEquals(1, stage.model.speech().cancels);
        assertEquals(1, stage.agent.runs());
        stage.clock.pass(1_000);
        assertEquals(1, stage.agent.runs());
        stage.log.back();
        stage.clock.pass(1_000);
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + LOG_LOST
                        + done(2_000, "failed", "error", 2_000, null, estimated(0, 1), "Six "),
                stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose log stored what it did not answer ends with all that its readers have")
    void logUnheard() {
        Started run = stage.start(ask(QUESTION).with());
        stage.log.away(true);
        stage.model.speech().say("Six ");
        stage.log.back();
        stage.clock.pass(1_000);
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + LOG_LOST.replace("+2000", "+0")
                        + done(0, "failed", "error", 0, null, estimated(0, 1), "Six "),
                stage.told(run));
        assertEquals(2, stage.conversation(run).size(), "the answer is in its conversation");
        stage.assertQuiet();
    }

    @Test
    @DisplayName("in a full log ends with an error, and its last word is of the text that readers have")
    void logFull() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ");
        stage.fillTheLog();
        stage.model.speech().say("days.").say(" Or seven.").finish("stop");
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+0 error {\"code\":\"log_full\",\"message\":\"The answer could not be kept: the log holds all of its 1048576 bytes and nothing may be evicted; raise --log-memory\",\"retryable\":true}\n"
                        + done(0, "failed", "error", 0, 0L, estimated(ASKED, 1), "Six "),
                stage.told(run));
        assertEquals(1, stage.model.speech().cancels);
        stage.assertQuiet();
    }

    @Test
    @DisplayName("in a log that fills up after its text still ends, cancelled as it was")
    void logFullAtTheEnd() {
        Started cancelled = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six days.");
        Started completed = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six days.");
        stage.fillTheLog();
        stage.agent.cancel(cancelled.run());
        assertEquals("cancelled cancelled", stage.ending(cancelled));
        stage.model.speech().finish("stop");
        assertEquals("completed stop", stage.ending(completed));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose text is still on its way when its model ends is not completed if the log refuses the text")
    void refusedLate() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ");
        stage.log.hold();
        stage.model
                .speech()
                .give(new Delta.Citation(1, "Rye", "rye.md", null, "days.", 4, 9))
                .say("days.")
                .finish("stop");
        assertEquals(List.of("started", "generating", "token"), stage.steps(run));
        stage.fillTheLog();
        stage.log.release();
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+0 error {\"code\":\"log_full\",\"message\":\"The answer could not be kept: the log holds all of its 1048576 bytes and nothing may be evicted; raise --log-memory\",\"retryable\":true}\n"
                        + done(0, "failed", "error", 0, 0L, COUNTED, "Six "),
                stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("whose log is slow ends once all of it has arrived, tokens merged")
    void slowLog() {
        Started run = stage.start(ask(QUESTION).with());
        stage.log.hold();
        stage.model.speech().say("Six ").say("long ").say("days.").finish("stop");
        stage.clock.pass(10);
        stage.log.release();
        assertEquals(
                started(0)
                        + generating(0)
                        + "+10 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+10 token {\"text\":\"long days.\",\"at\":4}\n"
                        + "+10 status {\"step\":\"completed\"}\n"
                        + done(10, "completed", "stop", 10, 0L, COUNTED, "Six long days."),
                stage.told(run));
        assertEquals(List.of("? " + QUESTION, "completed: Six long days."), stage.conversation(run));
    }

    @Test
    @DisplayName("that somebody else has ended writes nothing more, neither there nor into the conversation")
    void fenced() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ");
        Event lost = Event.of("done", Buffer.buffer("{\"status\":\"failed\"}"));
        Stage.now(stage.memory.append(StreamName.run(run.run()), List.of(lost), StreamLog.ANYWHERE));
        stage.model.speech().say("days.").finish("stop");
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six \",\"at\":0}\n"
                        + "+0 done {\"status\":\"failed\"}\n",
                stage.told(run));
        assertEquals(List.of("? " + QUESTION), stage.conversation(run));
        assertEquals(1, stage.model.speech().cancels);
        stage.assertQuiet();
    }

    @Test
    @DisplayName(
            "whose stream goes on otherwise, as after a failover that forgot its tail, gets a last word all the same")
    void forgotten() {
        Started run = stage.start(ask(QUESTION).with());
        stage.model.speech().say("Six ");
        Event other = Event.of("token", Buffer.buffer("{\"text\":\"long \",\"at\":4}"));
        Stage.now(stage.memory.append(StreamName.run(run.run()), List.of(other), StreamLog.ANYWHERE));
        stage.model.speech().say("days.").finish("stop");
        String told = stage.told(run);
        assertTrue(told.contains("done {\"status\":\"failed\""), told);
        assertEquals(List.of("? " + QUESTION, "failed: Six long "), stage.conversation(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that somebody else has ended just before its own end writes nothing either")
    void fencedAtTheEnd() {
        Started run = stage.start(ask(QUESTION).with());
        Event lost = Event.of("done", Buffer.buffer("{\"status\":\"failed\"}"));
        Stage.now(stage.memory.append(StreamName.run(run.run()), List.of(lost), StreamLog.ANYWHERE));
        stage.agent.cancel(run.run());
        assertEquals(started(0) + generating(0) + "+0 done {\"status\":\"failed\"}\n", stage.told(run));
        assertEquals(List.of("? " + QUESTION), stage.conversation(run));
        stage.assertQuiet();
    }
}

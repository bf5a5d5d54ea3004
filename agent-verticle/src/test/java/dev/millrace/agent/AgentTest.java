package dev.millrace.agent;

import static dev.millrace.agent.Stage.ANNA;
import static dev.millrace.agent.Stage.NOTHING;
import static dev.millrace.agent.Stage.ask;
import static dev.millrace.agent.Stage.done;
import static dev.millrace.agent.Stage.estimated;
import static dev.millrace.agent.Stage.generating;
import static dev.millrace.agent.Stage.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.log.StreamName;
import dev.millrace.run.Refusal;
import dev.millrace.run.Shelf;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("An agent")
class AgentTest {

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS);
    }

    @Test
    @DisplayName("interrupts what is active and what waits, none of which begins to work in between")
    void interrupt() {
        Started first = stage.start(ask("One?").with());
        Started second = stage.start(ask("Two?").in(first));
        Started third = stage.start(ask("Three?").in(first));
        stage.model.speech().say("On");
        Started last = stage.start(ask("Four?").with().in(first).or(IfRunning.INTERRUPT));
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"On\",\"at\":0}\n"
                        + done(0, "cancelled", "interrupted", 0, 0L, estimated(1, 1), "On"),
                stage.told(first));
        assertEquals(
                started(0)
                        + "+0 status {\"step\":\"queued\",\"label\":\"Waiting for the run before\",\"position\":1}\n"
                        + done(0, "cancelled", "interrupted", 0, null, NOTHING, ""),
                stage.told(second));
        assertEquals("cancelled interrupted", stage.ending(third));
        assertEquals(List.of(), stage.documents.asked);
        assertEquals(started(0) + generating(0), stage.told(last));
        assertEquals(
                "[Turn[role=USER, text=One?], Turn[role=ASSISTANT, text=On], Turn[role=USER, text=Two?],"
                        + " Turn[role=USER, text=Three?], Turn[role=USER, text=Four?]]",
                stage.model.prompts.get(1).turns().toString());
    }

    @Test
    @DisplayName("rejects a message while a run is not over, with that run's id, if it was asked to")
    void reject() {
        Started first = stage.start(ask("One?").with());
        Refusal refusal = stage.refused(ask("Two?").in(first).or(IfRunning.REJECT));
        assertEquals(409, refusal.status());
        assertEquals("run_active", refusal.code());
        assertEquals(first.run(), refusal.more().getString("run"));
        stage.model.speech().finish("stop");
        stage.start(ask("Two?").in(first).or(IfRunning.REJECT));
        assertEquals(1, stage.agent.runs());
    }

    @Test
    @DisplayName("does not reject for the sake of a run that is over without an answer in the conversation")
    void rejectNothing() {
        Started lost = stage.start(ask("One?").with());
        stage.memory.append(
                StreamName.run(lost.run()),
                List.of(dev.millrace.event.Event.of("done", io.vertx.core.buffer.Buffer.buffer("{}"))),
                2);
        stage.agent.cancel(lost.run());
        assertEquals(List.of("? One?"), stage.conversation(lost));
        Started next = stage.start(ask("Two?").with().in(lost).or(IfRunning.REJECT));
        assertEquals(List.of("started", "generating"), stage.steps(next));
    }

    @Test
    @DisplayName("attaches a repeat to its key's run, whether that is over or not, and refuses another body")
    void idempotent() {
        Started first = stage.start(ask("One?").with().keyed("k", "a"));
        assertEquals(first.again(), stage.start(ask("One?").with().keyed("k", "a")));
        stage.model.speech().finish("stop");
        assertEquals(first.again(), stage.start(ask("One?").with().keyed("k", "a")));
        assertEquals(1, stage.model.prompts.size());
        Refusal mismatch = stage.refused(ask("Other?").keyed("k", "b"));
        assertEquals(409, mismatch.status());
        assertEquals("idempotency_mismatch", mismatch.code());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("gives a key back whose first start it refused")
    void refusedFirst() {
        Started stranger = new Started("run_x", "ses_x");
        assertEquals(
                404, stage.refused(ask("One?").in(stranger).keyed("k", "a")).status());
        Started run = stage.start(ask("One?").with().keyed("k", "a"));
        assertEquals(List.of("started", "generating"), stage.steps(run));
        assertEquals(1, stage.agent.runs());
    }

    @Test
    @DisplayName("tells a repeat that its first start was refused meanwhile")
    void refusedMeanwhile() {
        stage.log.hold();
        Future<Started> first = stage.begin(ask("One?").keyed("k", "a"));
        Future<Started> repeat = stage.begin(ask("One?").keyed("k", "a"));
        stage.log.next(); // the claim of the first
        stage.log.next(); // that of the repeat, which finds it claimed
        stage.fillTheLog();
        stage.log.release();
        assertEquals("log_full", Stage.refusal(first).code());
        assertFalse(repeat.isComplete());
        stage.clock.pass(50);
        assertEquals("start_refused", Stage.refusal(repeat).code());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("says when the run of a key is no longer kept")
    void runGone() {
        Started run = stage.start(ask("One?").with().keyed("k", "a"));
        Stage.now(stage.agent.erase(ANNA, run.session()));
        Future<Started> repeat = stage.begin(ask("One?").with().keyed("k", "a"));
        stage.clock.pass(1_999);
        assertFalse(repeat.isComplete());
        stage.clock.pass(1);
        assertEquals("run_gone", Stage.refusal(repeat).code());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("makes one run of twenty starts at once under one key")
    void twentyAtOnce() {
        stage.log.hold();
        List<Future<Started>> starts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            starts.add(stage.begin(ask("One?").with().keyed("k", "a")));
        }
        stage.log.release();
        stage.clock.pass(100);
        HashSet<Started> runs = new HashSet<>();
        starts.forEach(start -> runs.add(Stage.now(start)));
        assertEquals(1, runs.stream().filter(run -> !run.before()).count(), "one has begun it");
        assertEquals(1, runs.stream().map(Started::run).distinct().count());
        assertEquals(1, stage.agent.runs());
        assertEquals(1, stage.model.prompts.size());
    }

    @Test
    @DisplayName("keeps the order of messages that came at once, each with the answers before it")
    void entryAtOnce() {
        Started first = stage.start(ask("One?").with());
        stage.log.hold();
        Future<Started> second = stage.begin(ask("Two?").with().in(first));
        Future<Started> third = stage.begin(ask("Three?").with().in(first));
        stage.log.release();
        assertEquals(List.of("? One?", "? Two?", "? Three?"), stage.conversation(first));
        stage.model.speech().say("1.").finish("stop");
        stage.model.speech().say("2.").finish("stop");
        stage.model.speech().say("3.").finish("stop");
        assertEquals(
                List.of("? One?", "? Two?", "? Three?", "completed: 1.", "completed: 2.", "completed: 3."),
                stage.conversation(first));
        assertEquals("completed stop", stage.ending(Stage.now(second)));
        assertEquals("completed stop", stage.ending(Stage.now(third)));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("is busy when all places are taken, still finds the run of a key, and has room again when one ends")
    void busy(Vertx vertx) {
        stage = new Stage(
                vertx,
                new Limits(2, Duration.ofMinutes(2), Duration.ofSeconds(60), Duration.ofMinutes(10), 8_000, 0, 0));
        Started keyed = stage.start(ask("One?").with().keyed("k", "a"));
        Started second = stage.start(ask("Two?").with());
        Refusal busy = stage.refused(ask("Three?"));
        assertEquals(503, busy.status());
        assertEquals("busy", busy.code());
        assertEquals("busy", stage.refused(ask("Three?").keyed("other", "c")).code());
        assertEquals(keyed.again(), stage.start(ask("One?").with().keyed("k", "a")));
        stage.agent.cancel(second.run());
        stage.start(ask("Three?").with().keyed("other", "c"));
        assertEquals(2, stage.agent.runs());
    }

    @Test
    @DisplayName("counts those that are still starting")
    void busyStarting(Vertx vertx) {
        stage = new Stage(
                vertx,
                new Limits(1, Duration.ofMinutes(2), Duration.ofSeconds(60), Duration.ofMinutes(10), 8_000, 0, 0));
        stage.log.hold();
        Future<Started> first = stage.begin(ask("One?").with());
        assertEquals("busy", stage.refused(ask("Two?").with()).code());
        stage.log.release();
        assertTrue(first.succeeded());
    }

    @Test
    @DisplayName("refuses a tool it has not, naming those it has, and a session that is not there")
    void refuses() {
        Refusal tool = stage.refused(ask("One?").with("search_docs", "rm"));
        assertEquals(400, tool.status());
        assertEquals("unknown_tool", tool.code());
        assertEquals("'tools' has 'rm', and there is: search_docs.", tool.getMessage());
        Refusal session = stage.refused(ask("One?").in(new Started("run_x", "ses_x")));
        assertEquals(404, session.status());
        assertEquals(0, stage.memory.streams());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("refuses a start that the log has no room for, and keeps nothing of it")
    void logFull() {
        stage.fillTheLog();
        Refusal full = stage.refused(ask("One?").keyed("k", "a"));
        assertEquals(503, full.status());
        assertEquals("log_full", full.code());
        assertEquals("log_full", stage.refused(ask("One?")).code());
        assertEquals(1, stage.memory.streams());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("shelves a new conversation under the first line of its question, and a later message not again")
    void shelf() {
        Started run = stage.start(ask("  How long?\nReally").with());
        stage.start(ask("Two?").with().in(run));
        Shelf shelf = Shelf.of(stage.entries(StreamName.shelf(ANNA.key())));
        assertEquals(1, shelf.sessions().size());
        assertEquals("How long?", shelf.sessions().get(0).title());
        stage.start(ask("🙂".repeat(50)).with());
        shelf = Shelf.of(stage.entries(StreamName.shelf(ANNA.key())));
        assertEquals("🙂".repeat(40) + "…", shelf.sessions().get(0).title());
        stage.start(ask("x" + "🙂".repeat(50)).with());
        shelf = Shelf.of(stage.entries(StreamName.shelf(ANNA.key())));
        assertEquals("x" + "🙂".repeat(39) + "…", shelf.sessions().get(0).title());
    }

    @Test
    @DisplayName("erases a conversation with its active and its queued run, and nothing of it comes back")
    void erase() {
        Started first = stage.start(ask("One?").with());
        stage.start(ask("Two?").in(first));
        Started other = stage.start(ask("Other?").with());
        stage.model.speeches.get(0).say("On");
        Stage.now(stage.agent.erase(ANNA, first.session()));
        stage.model.speeches.get(0).say("e.").finish("stop");
        assertOnlyLeft(other);
        assertEquals(List.of(), stage.documents.asked);
        assertEquals(404, stage.refused(ask("Three?").in(first)).status());
        Stage.now(stage.agent.erase(ANNA, first.session()));
        assertOnlyLeft(other);
    }

    /** The shelves of conversations and of runs, and one conversation with one run that goes on. */
    private void assertOnlyLeft(Started other) {
        assertEquals(4, stage.memory.streams());
        assertEquals(1, stage.agent.runs());
        assertEquals(List.of("? Other?"), stage.conversation(other));
        Shelf shelf = Shelf.of(stage.entries(StreamName.shelf(ANNA.key())));
        assertEquals(
                List.of(other.session()),
                shelf.sessions().stream().map(Shelf.Session::id).toList());
    }

    @Test
    @DisplayName("erases a conversation that a message is just entering, and lets none in meanwhile")
    void eraseStarting() {
        Started other = stage.start(ask("Other?").with());
        Started first = stage.start(ask("One?").with());
        stage.model.speech().finish("stop");
        stage.log.hold();
        Future<Started> second = stage.begin(ask("Two?").with().in(first));
        Future<Void> erased = stage.agent.erase(ANNA, first.session());
        assertEquals(404, stage.refused(ask("Three?").in(first)).status());
        assertFalse(erased.isComplete());
        stage.log.release();
        assertTrue(erased.succeeded());
        assertTrue(second.succeeded());
        assertOnlyLeft(other);
    }

    @Test
    @DisplayName("erases a conversation whose run is just ending")
    void eraseEnding() {
        Started other = stage.start(ask("Other?").with());
        Started first = stage.start(ask("One?").with());
        stage.log.hold();
        stage.model.speech().say("One.").finish("stop");
        Future<Void> erased = stage.agent.erase(ANNA, first.session());
        Future<Void> again = stage.agent.erase(ANNA, first.session());
        stage.log.release();
        assertTrue(erased.succeeded());
        assertTrue(again.succeeded());
        assertOnlyLeft(other);
    }

    @Test
    @DisplayName("does not bring a conversation back that somebody else erased while a run answered in it")
    void erasedElsewhere() {
        Started run = stage.start(ask("One?").with());
        Stage.now(stage.memory.expire(StreamName.session(run.session()), Duration.ZERO));
        stage.model.speech().say("One.").finish("stop");
        assertEquals("completed stop", stage.ending(run));
        assertEquals(List.of(), stage.entries(StreamName.session(run.session())));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("gives every run a last word when it stops, queued ones too, and takes none after that")
    void stop() {
        Started first = stage.start(ask("One?").with());
        Started second = stage.start(ask("Two?").in(first));
        stage.model.speech().say("On");
        assertTrue(stage.agent.stop().succeeded());
        String error =
                "+0 error {\"code\":\"agent_stopped\",\"message\":\"The agent was stopped; ask again.\",\"retryable\":true}\n";
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"On\",\"at\":0}\n"
                        + error
                        + done(0, "failed", "error", 0, 0L, estimated(1, 1), "On"),
                stage.told(first));
        assertEquals(
                started(0)
                        + "+0 status {\"step\":\"queued\",\"label\":\"Waiting for the run before\",\"position\":1}\n"
                        + error
                        + done(0, "failed", "error", 0, null, NOTHING, ""),
                stage.told(second));
        assertEquals(List.of("? One?", "? Two?", "failed: ", "failed: On"), stage.conversation(first));
        assertEquals(List.of(), stage.documents.asked);
        assertEquals("stopping", stage.refused(ask("Three?")).code());
        stage.assertQuiet();
    }

    @Test
    @DisplayName(
            "lets its runs end when it drains, queued ones too, takes none after that, and ends the rest when it stops")
    void drain() {
        Started first = stage.start(ask("One?").with());
        Started second = stage.start(ask("Two?").with().in(first));
        Started third = stage.start(ask("Three?").with().in(first));
        Future<?> drained = stage.agent.drain();
        assertEquals("stopping", stage.refused(ask("Four?")).code());
        stage.model.speech().say("1.").finish("stop");
        stage.model.speech().say("2.").finish("stop");
        assertEquals("completed stop", stage.ending(first));
        assertEquals("completed stop", stage.ending(second));
        assertFalse(drained.isComplete());
        assertTrue(stage.agent.stop().succeeded());
        assertTrue(drained.succeeded());
        assertEquals("failed error", stage.ending(third));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("waits with its stop for a run that is just starting, and gives it a last word too")
    void stopStarting() {
        stage.log.hold();
        Future<Started> run = stage.begin(ask("One?").with());
        Future<?> stopped = stage.agent.stop();
        assertFalse(stopped.isComplete());
        stage.log.release();
        assertTrue(stopped.succeeded());
        assertEquals("failed error", stage.ending(Stage.now(run)));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("looks after its runs with one timer, which goes with the last and comes with the next")
    void oneTimer() {
        Started first = stage.start(ask("One?").with().detached());
        stage.start(ask("Two?").with().detached().in(first));
        Started third = stage.start(ask("Three?").with().detached());
        assertEquals(3, stage.clock.bells(), "two that work, and the agent's look");
        stage.clock.pass(10_000);
        assertEquals(3, stage.clock.bells());
        stage.agent.cancel(first.run());
        assertEquals(3, stage.clock.bells());
        stage.agent.cancel(third.run());
        stage.model.speech().finish("stop");
        stage.assertQuiet();
        Started next = stage.start(ask("Four?").with());
        assertEquals(2, stage.clock.bells());
        stage.clock.pass(60_000);
        assertEquals("cancelled unwatched", stage.ending(next));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("does not mind a cancel for a run that it has not")
    void cancelUnknown() {
        assertTrue(stage.agent.cancel("run_unknown").succeeded());
    }
}

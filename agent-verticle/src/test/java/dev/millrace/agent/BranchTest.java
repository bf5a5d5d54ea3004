package dev.millrace.agent;

import static dev.millrace.agent.Stage.ANNA;
import static dev.millrace.agent.Stage.again;
import static dev.millrace.agent.Stage.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.model.Prompt;
import dev.millrace.log.StreamName;
import dev.millrace.run.Amendment;
import dev.millrace.run.Conversation;
import dev.millrace.run.Refusal;
import dev.millrace.run.Shelf;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import dev.millrace.run.Turn;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A conversation with branches")
class BranchTest {

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS);
    }

    private Started answered(Stage.Ask ask, String answer) {
        Started run = stage.start(ask.with());
        stage.model.speech().say(answer).finish("stop");
        return run;
    }

    private Conversation conversation(Started run) {
        return Conversation.of(stage.entries(StreamName.session(run.session())));
    }

    /** What the model was given for its last answer. */
    private List<String> read() {
        List<Prompt> prompts = stage.model.prompts;
        return prompts.get(prompts.size() - 1).turns().stream()
                .map(Prompt.Turn::text)
                .toList();
    }

    @Test
    @DisplayName("gives the model the edited question with what stands before it, and nothing that followed it")
    void edit() {
        Started one = answered(ask("One?"), "1.");
        answered(ask("Two?").in(one).named("q2"), "2.");
        answered(ask("Three?").in(one), "3.");
        answered(ask("Two and a half?").in(one).editing("q2"), "2.5.");
        assertEquals(List.of("One?", "1.", "Two and a half?"), read());
        answered(ask("Four?").in(one), "4.");
        assertEquals(List.of("One?", "1.", "Two and a half?", "2.5.", "Four?"), read());
        assertEquals(
                List.of(
                        "? One?",
                        "completed: 1.",
                        "? Two?",
                        "completed: 2.",
                        "? Three?",
                        "completed: 3.",
                        "? Two and a half?",
                        "completed: 2.5.",
                        "? Four?",
                        "completed: 4."),
                stage.conversation(one));
    }

    @Test
    @DisplayName("can begin anew with its first question")
    void editTheFirst() {
        Started one = answered(ask("One?").named("q1"), "1.");
        answered(ask("Uno?").in(one).editing("q1"), "I.");
        assertEquals(List.of("Uno?"), read());
    }

    @Test
    @DisplayName("has a question answered again by its answer's id or its own, without the old answer")
    void regenerate() {
        Started one = answered(ask("One?"), "1.");
        Started two = answered(ask("Two?").in(one).named("q2"), "2.");
        Started other = answered(again(Turn.answerId(two.run())).in(one), "II.");
        assertEquals(List.of("One?", "1.", "Two?"), read());
        answered(again("q2").in(one), "two.");
        assertEquals(List.of("One?", "1.", "Two?"), read());
        answered(again(Turn.answerId(other.run())).in(one), "zwei.");
        answered(ask("Three?").in(one), "3.");
        assertEquals(List.of("One?", "1.", "Two?", "zwei.", "Three?"), read());
    }

    @Test
    @DisplayName("answers again what is still being answered, behind it or in its place")
    void regenerateWhileActive() {
        Started one = stage.start(ask("One?").with());
        Started waits = stage.start(again(Turn.answerId(one.run())).with().in(one));
        assertEquals(List.of("started", "queued"), stage.steps(waits));
        Started instead =
                stage.start(again(Turn.answerId(one.run())).with().in(one).or(IfRunning.INTERRUPT));
        assertEquals("cancelled interrupted", stage.ending(one));
        assertEquals("cancelled interrupted", stage.ending(waits));
        assertEquals(List.of("started", "generating"), stage.steps(instead));
        assertEquals(List.of("One?"), read());
    }

    @Test
    @DisplayName("goes on from the branch that its owner has chosen")
    void choose() {
        Started one = answered(ask("One?").named("q1"), "1.");
        answered(ask("Uno?").in(one).editing("q1"), "I.");
        Stage.now(stage.agent.amend(ANNA, one.session(), new Amendment(null, Turn.answerId(one.run()))));
        answered(ask("Two?").in(one), "2.");
        assertEquals(List.of("One?", "1.", "Two?"), read());
        Refusal unknown = Stage.refusal(stage.agent.amend(ANNA, one.session(), new Amendment(null, "msg_x")));
        assertEquals(404, unknown.status());
        assertEquals("unknown_message", unknown.code());
    }

    @Test
    @DisplayName("refuses to edit or regenerate what it does not have, and to edit what is no question")
    void unknown() {
        Started one = answered(ask("One?"), "1.");
        for (Stage.Ask wrong : List.of(ask("Two?").editing("msg_x"), again("msg_x"))) {
            Refusal refusal = stage.refused(wrong.in(one));
            assertEquals(404, refusal.status());
            assertEquals("unknown_message", refusal.code());
        }
        Refusal answer =
                stage.refused(ask("Two?").editing(Turn.answerId(one.run())).in(one));
        assertEquals(400, answer.status());
        assertEquals("bad_field", answer.code());
        assertEquals("edit", answer.more().getString("field"));
        assertEquals(2, conversation(one).messages().size());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("is called by its first question until its owner calls it something else")
    void title() {
        Started one = answered(ask("One?\nOr two?"), "1.");
        assertEquals("One?", title(one));
        Stage.now(stage.agent.amend(ANNA, one.session(), new Amendment("Numbers", null)));
        assertEquals("Numbers", title(one));
        Refusal stranger = Stage.refusal(stage.agent.amend(ANNA, "ses_x", new Amendment("Mine", null)));
        assertEquals(404, stranger.status());
    }

    private String title(Started run) {
        return Shelf.of(stage.entries(StreamName.shelf(ANNA.key())))
                .session(run.session())
                .orElseThrow()
                .title();
    }
}

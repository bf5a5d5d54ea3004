package dev.millrace.agent;

import static dev.millrace.agent.Stage.COUNTED;
import static dev.millrace.agent.Stage.ask;
import static dev.millrace.agent.Stage.done;
import static dev.millrace.agent.Stage.generating;
import static dev.millrace.agent.Stage.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Tokens;
import dev.millrace.run.Started;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A conversation that is too long for its model")
class HistoryTest {

    /** Each question here has six tokens and each answer five, so that three exchanges fit. */
    private static final Limits LIMITS =
            new Limits(100, Duration.ofMinutes(2), Duration.ofSeconds(60), Duration.ofMinutes(10), 40, 0, 0);

    private static final String SUMMARIZED =
            "+0 warning {\"code\":\"history_summarized\",\"message\":\"The model reads the beginning of this conversation as a summary.\"}\n";

    private static final String SUMMARIZING =
            "+0 status {\"step\":\"summarizing\",\"label\":\"Summarizing what was said before\"}\n";

    private static final String DROPPED =
            "+0 warning {\"code\":\"history_dropped\",\"message\":\"This conversation is long, and the answer is given without its beginning.\"}\n";

    private Stage stage;
    private Started first;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, LIMITS);
        first = stage.start(ask(question(0)).with());
        stage.model.speech().say(answer(0)).finish("stop");
        for (int i = 1; i < 5; i++) {
            answered(i);
        }
    }

    private static String question(int i) {
        return "Is this question no. " + i;
    }

    private static String answer(int i) {
        return "Yes, and answered " + i + ".";
    }

    private Started asked(int i) {
        return stage.start(ask(question(i)).with().in(first));
    }

    private Started answered(int i) {
        Started run = asked(i);
        stage.model.speech().say(answer(i)).finish("stop");
        return run;
    }

    private List<String> read(int prompt) {
        return stage.model.prompts.get(prompt).turns().stream()
                .map(turn -> turn.role() + " " + turn.text())
                .toList();
    }

    private int asked() {
        return stage.model.prompts.size() - 1;
    }

    private static List<String> exchanges(int from, int question) {
        List<String> turns = new java.util.ArrayList<>();
        for (int i = from; i < question; i++) {
            turns.add("USER " + question(i));
            turns.add("ASSISTANT " + answer(i));
        }
        turns.add("USER " + question(question));
        return turns;
    }

    @Test
    @DisplayName("is read whole as long as it fits, which is by tokens and not by messages")
    void fits() {
        assertEquals(exchanges(0, 3), read(3));
        assertEquals(6, Tokens.estimate(question(0)));
        assertEquals(5, Tokens.estimate(answer(0)));
    }

    @Test
    @DisplayName("loses its oldest exchanges where the model cannot summarize, and its reader is warned")
    void dropped() {
        Started run = asked(5);
        assertEquals(started(0) + DROPPED + generating(0), stage.told(run));
        assertEquals(exchanges(2, 5), read(5));
    }

    @Test
    @DisplayName("is summarized by the model, once, and its reader sees that and is warned each time")
    void summarized() {
        stage.model.summarizes = true;
        Started run = asked(5);
        assertEquals(started(0) + SUMMARIZING, stage.told(run));
        String request = stage.model.prompts.get(5).question();
        assertTrue(request.startsWith("Summarize the conversation below"), request);
        assertTrue(request.endsWith("\n\nUser: " + question(3) + "\n\nAssistant: " + answer(3)), request);
        assertEquals(List.of(), stage.model.prompts.get(5).tools());
        stage.model.speech().say("Four ").say("questions.\n").finish("stop");
        stage.model.speech().say(answer(5)).finish("stop");
        assertEquals(
                started(0)
                        + SUMMARIZING
                        + SUMMARIZED
                        + generating(0)
                        + "+0 token {\"text\":\"" + answer(5) + "\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, "\"input_tokens\":62,\"output_tokens\":84", answer(5)),
                stage.told(run));
        assertEquals("SUMMARY Four questions.", read(6).get(0));
        assertEquals(exchanges(4, 5), read(6).subList(1, read(6).size()));

        Started next = answered(6);
        assertEquals(
                started(0)
                        + SUMMARIZED
                        + generating(0)
                        + "+0 token {\"text\":\"" + answer(6) + "\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, COUNTED, answer(6)),
                stage.told(next),
                "it is not paid for again");
        assertEquals("SUMMARY Four questions.", read(7).get(0));
        assertEquals(exchanges(4, 6), read(7).subList(1, read(7).size()));
    }

    @Test
    @DisplayName("has its summary summarized again when that is too long in turn")
    void summarizedAgain() {
        stage.model.summarizes = true;
        asked(5);
        stage.model.speech().say("Four questions.").finish("stop");
        stage.model.speech().say(answer(5)).finish("stop");
        answered(6);
        answered(7);
        asked(8);
        String request = stage.model.prompts.get(asked()).question();
        assertTrue(
                request.contains("\n\nSummary of what was said before: Four questions.\n\nUser: " + question(4)),
                request);
        stage.model.speech().say("Seven questions.").finish("stop");
        assertEquals("SUMMARY Seven questions.", read(asked()).get(0));
        assertEquals(exchanges(7, 8), read(asked()).subList(1, read(asked()).size()));
    }

    @Test
    @DisplayName("loses its oldest exchanges when the model fails to summarize it")
    void failed() {
        stage.model.summarizes = true;
        Started run = asked(5);
        stage.model.speech().fail();
        assertEquals(started(0) + SUMMARIZING + DROPPED + generating(0), stage.told(run));
        assertEquals(exchanges(2, 5), read(6));
    }

    @Test
    @DisplayName("stops being summarized when the run is cancelled, and its question is not asked")
    void cancelled() {
        stage.model.summarizes = true;
        Started run = asked(5);
        stage.agent.cancel(run.run());
        assertEquals(1, stage.model.speech().cancels);
        stage.model.speech().say("Four questions.").finish("stop");
        assertEquals(6, stage.model.prompts.size());
        assertEquals("cancelled cancelled", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("is summarized for the branch that is read, and no other")
    void branches() {
        stage.model.summarizes = true;
        Started run = asked(5);
        stage.model.speech().say("Four questions.").finish("stop");
        stage.model.speech().say(answer(5)).finish("stop");
        stage.start(ask("Another one").with().in(run).editing(firstQuestion()));
        assertEquals(List.of("USER Another one"), read(asked()));
    }

    private String firstQuestion() {
        return dev.millrace.run.Conversation.of(stage.entries(dev.millrace.log.StreamName.session(first.session())))
                .messages()
                .get(0)
                .id();
    }

    @Test
    @DisplayName("is counted with a token for each character that is not Latin")
    void tokens() {
        assertEquals(0, Tokens.estimate(""));
        assertEquals(1, Tokens.estimate("four"));
        assertEquals(2, Tokens.estimate("f\u00fcnf."));
        assertEquals(2, Tokens.estimate("\u6c34\u8eca"));
    }
}

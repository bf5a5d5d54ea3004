package dev.millrace.agent.extractive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.documents.DocumentIndex;
import dev.millrace.agent.documents.Handbook;
import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Delta.Caution;
import dev.millrace.agent.model.Delta.Citation;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.text.Prose;
import dev.millrace.agent.text.Rarity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("An extractive answer")
class AnswerTest {

    private DocumentIndex index;

    @BeforeAll
    void readTheHandbook(Vertx vertx, @TempDir Path folder) throws Exception {
        Handbook.writeTo(folder);
        index = await(DocumentIndex.open(vertx, folder));
    }

    @AfterAll
    void close() throws Exception {
        await(index.close());
    }

    @ParameterizedTest
    @DisplayName("says it in the document's words")
    @CsvSource(delimiter = '|', textBlock = """
                    How do I feed the starter? | To feed the starter, mix 50 g of starter with 50 g of water and 50 g of flour. Feed it every 12 hours at room temperature.
                    What is sourdough?         | Sourdough is bread that rises with wild yeast instead of baker's yeast.
                    How do I start the mixer?  | To start the mixer, lower the guard and run: [1]
                    How many days of holiday do I have? | Every baker has 28 days of holiday a year.
                    What happens to unsold bread? | Unsold bread is returned with the evening van. Returned loaves go to the food bank, never back on the shelf.
                    How do I refund a customer? | To refund a customer, press Refund, scan the receipt & choose the item.
                    When is the mixer washed?  | Nut loaves are baked on Thursdays only, and the mixer is washed twice afterwards.
                    """)
    void words(String question, String expected) {
        String text = text(answer(question));
        assertTrue(text.contains(expected), text);
    }

    @Test
    @DisplayName("shows the code that a sentence leads to, quoted too")
    void code() {
        List<Delta> answer = answer("How do I start the mixer?");
        assertTrue(text(answer)
                .startsWith("To start the mixer, lower the guard and run: [1]\n\n    mixer start --speed 1"));
        assertEquals("    mixer start --speed 1", citations(answer).get(1).quote());
        assertEquals(1, citations(answer).get(1).n());
    }

    @Test
    @DisplayName("gives an item of a list its full stop, outside the quote")
    void fullStop() {
        List<Delta> answer = answer("What does F1 do in the till?");
        assertTrue(text(answer).contains("key F1: opens the drawer. ["), text(answer));
        assertTrue(citations(answer).stream().anyMatch(each -> each.quote().equals("key F1: opens the drawer")));
    }

    @ParameterizedTest
    @DisplayName("quotes what stands at its offsets, numbers from 1 by first use, and puts a citation before its text")
    @ValueSource(
            strings = {
                "How do I feed the starter?",
                "What happens to unsold bread?",
                "How do I store and buy flour?",
                "How do I start the mixer?",
                "dough",
                "Which ovens are there and how do I clean them?",
                "nuts"
            })
    void citations(String question) {
        List<Delta> answer = answer(question);
        String text = text(answer);
        List<Citation> citations = citations(answer);
        assertFalse(citations.isEmpty());
        int highest = 0;
        for (Citation citation : citations) {
            assertEquals(citation.quote(), text.substring(citation.start(), citation.end()));
            assertTrue(citation.n() <= highest + 1, () -> "numbers in order: " + citations);
            highest = Math.max(highest, citation.n());
            assertTrue(text.contains("[" + citation.n() + "]"));
        }
        assertEachStandsBeforeItsText(answer);
        assertTrue(Prose.words(text) <= 165, text);
    }

    private static void assertEachStandsBeforeItsText(List<Delta> answer) {
        int at = 0;
        for (Delta delta : answer) {
            if (delta instanceof Citation citation) {
                assertEquals(at, citation.start());
            } else if (delta instanceof Delta.Text token) {
                at += token.text().length();
            }
        }
    }

    @Test
    @DisplayName("comes in words with their blank, and ends with what it cost")
    void tokens() {
        List<Delta> answer = answer("How do I feed the starter?");
        assertTrue(answer.contains(new Delta.Text("To ")));
        assertTrue(answer.contains(new Delta.Text("starter, ")));
        Delta.Finish finish = (Delta.Finish) answer.get(answer.size() - 1);
        assertEquals("stop", finish.reason());
        assertTrue(finish.usage().estimated());
        assertEquals((text(answer).length() + 3) / 4, finish.usage().outputTokens());
    }

    @Test
    @DisplayName("does not say one thing twice")
    void noRepeats() {
        Passage one = new Passage("a.md", "A", "", 1, "Rye bread keeps for six days in a tin.", 2);
        Passage two = new Passage("b.md", "B", "", 1, "In a tin rye bread keeps for six days.", 1.9);
        List<Delta> answer = Answer.to(prompt(List.of(one, two), "How long does rye bread keep?"), Rarity.ALIKE);
        assertEquals("Rye bread keeps for six days in a tin. [1]", text(answer));
    }

    @Test
    @DisplayName("does not begin with a word that points back")
    void noDangling() {
        Passage passage = new Passage(
                "a.md",
                "Rye",
                "",
                1,
                "However, it keeps rye bread dry. A wooden tin keeps rye bread fresh for a week.",
                1);
        String text = text(Answer.to(prompt(List.of(passage), "What keeps rye bread?"), Rarity.ALIKE));
        assertFalse(text.startsWith("However, it keeps rye bread dry. [1]"), text);
    }

    @ParameterizedTest
    @DisplayName("is not invented where the documents have none")
    @ValueSource(
            strings = {
                "What is the capital of France?",
                "Who won the world cup in 2018?",
                "How tall is Mount Everest?",
                "What is the price of bitcoin?",
                "How do I train a neural network?",
                "How do I feed a crocodile?",
                "Can I store plutonium in Hamburg?",
                "How do I clean my motorcycle chain?",
                "How do I reset my password?",
                "Which oven does NASA use on Mars?",
                "When does the train to Berlin leave?",
                "🙂🙂",
                "Wie spät ist es in Tokio?",
                "SELECT * FROM users; DROP TABLE users"
            })
    void honest(String question) {
        List<Delta> answer = answer(question);
        assertEquals("not_in_documents", ((Caution) answer.get(0)).code());
        assertTrue(text(answer).startsWith("The documents do not answer this."), text(answer));
        assertEquals(List.of(), citations(answer));
    }

    @ParameterizedTest
    @DisplayName("is given where they do, also when the question uses other little words")
    @ValueSource(
            strings = {
                "Could you please tell me how I can feed my starter?",
                "What's the maximum temperature of the Rack 9?",
                "feeding starter fridge",
                "Are gift cards refunded?",
                "when must I call if I am ill",
                "Which firmware version stops the hook?",
                "How should croissants be baked?",
                "DO I NEED A DOCTOR'S CERTIFICATE???",
                "Where should sacks of flour stand?",
                "When does the van leave in the morning?"
            })
    void answered(String question) {
        List<Delta> answer = answer(question);
        assertFalse(answer.get(0) instanceof Caution, () -> question + " " + text(answer));
        assertFalse(citations(answer).isEmpty());
    }

    @Test
    @DisplayName("without passages says so, and names the closest document when one is close")
    void closest() {
        assertEquals("The documents do not answer this.", text(Answer.to(prompt(List.of(), "Flour?"), index)));
        Passage flour = new Passage("flour.md", "Flour", "", 3, "Store flour in a dry room.", 1);
        assertEquals(
                "The documents do not answer this. The closest they come is “Flour” in flour.md.",
                text(Answer.to(prompt(List.of(flour), "flour plutonium"), Rarity.ALIKE)));
    }

    @ParameterizedTest
    @DisplayName("asks for a fuller question when there is nothing to look for")
    @ValueSource(strings = {"what?", "How do you do it?", "", "   ", "???", "\u0000\u0001", "*:*"})
    void fuller(String question) {
        List<Delta> answer = answer(question);
        assertEquals("unclear_question", ((Caution) answer.get(0)).code());
        assertTrue(text(answer).contains("Please ask in a few more words"));
    }

    @Test
    @DisplayName("to a follow-up goes on with the subject before")
    void followUp() {
        List<Delta> answer = answer("How do I feed the starter?", "and how often?");
        assertTrue(text(answer).contains("every 12 hours"), text(answer));
    }

    @Test
    @DisplayName("stands whatever is asked")
    void noise() {
        long seed = new Random().nextLong();
        System.out.println("AnswerTest.noise seed " + seed);
        Random random = new Random(seed);
        String[] words = {
            "flour", "oven", "\u0000", "🙂", "\ud83d", "AND", "(", "[*", "小麦", "how", "?", "\n\n", "..", "-", "starter"
        };
        for (int round = 0; round < 200; round++) {
            StringBuilder question = new StringBuilder();
            for (int i = random.nextInt(60); i >= 0; i--) {
                question.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
            }
            List<Delta> answer = answer(question.toString());
            String text = text(answer);
            assertFalse(text.isBlank());
            Sentence.of(new Passage("x.md", "X", "", 1, question.toString(), 1), 0);
            citations(answer)
                    .forEach(each ->
                            assertEquals(each.quote(), text.substring(each.start(), each.end()), () -> "seed " + seed));
        }
        assertFalse(text(answer("flour ".repeat(2_000))).isBlank());
        assertFalse(text(answer("a".repeat(10_000))).isBlank());
    }

    @Test
    @DisplayName("comes from the page whose title is what is asked, and goes on there, not from where it is mentioned")
    void titled(Vertx vertx, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("resume.md"), """
                # Resume

                Send the id of the last event you saw in the header Last-Event-ID. The server goes on with the event after
                that id. Nothing is lost and nothing comes twice. You may come back from another device.

                It works for as long as the run is kept. Ask within a day. After a day it is gone.
                """);
        Files.writeString(folder.resolve("streams.md"), """
                # Streams

                A stream is a list of events. Readers of a stream stand anywhere in the stream, and a reader may resume a
                stream, or leave a stream. A stream without a last word was cut.

                ## Limits of a stream

                A stream holds 100,000 events. To resume a stream that is gone is refused.

                # Writers

                A writer of a stream appends. No stream has two writers.
                """);
        Files.writeString(folder.resolve("clients.md"), "# Clients\n\nA client reads a stream with EventSource.\n");
        DocumentIndex streams = await(DocumentIndex.open(vertx, folder));
        String question = "How do I resume a stream?";
        List<Passage> found = await(streams.search(question, 5));
        assertEquals("resume.md", found.get(0).source());
        assertEquals(
                "Send the id of the last event you saw in the header Last-Event-ID. The server goes on with the event after"
                        + " that id. Nothing is lost and nothing comes twice. You may come back from another device. [1]"
                        + " It works for as long as the run is kept. [1]",
                text(Answer.to(prompt(found, question), streams)));
        await(streams.close());
    }

    @Test
    @DisplayName("finds and quotes the name of a table's first column")
    void firstColumn(Vertx vertx, @TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("codes.md"),
                "# Codes\n\n| firmware alarm | do |\n|---|---|\n| E4 | call the shift lead |\n| E5 | wait |\n");
        DocumentIndex codes = await(DocumentIndex.open(vertx, folder));
        String question = "What is the firmware alarm E4?";
        List<Passage> found = await(codes.search(question, 5));
        String text = text(Answer.to(prompt(found, question), codes));
        assertTrue(text.contains("firmware alarm E4: call the shift lead. [1]"), text);
        await(codes.close());
    }

    private List<Delta> answer(String... asked) {
        Prompt unanswered = prompt(List.of(), asked);
        return Answer.to(prompt(await(index.search(Question.searchText(unanswered.turns()), 5)), asked), index);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static Prompt prompt(List<Passage> passages, String... asked) {
        List<Turn> turns = new ArrayList<>();
        for (String text : asked) {
            turns.add(new Turn(Role.USER, text));
        }
        return new Prompt(turns, passages);
    }

    private static String text(List<Delta> answer) {
        return answer.stream()
                .filter(Delta.Text.class::isInstance)
                .map(delta -> ((Delta.Text) delta).text())
                .collect(Collectors.joining());
    }

    private static List<Citation> citations(List<Delta> answer) {
        return answer.stream()
                .filter(Citation.class::isInstance)
                .map(Citation.class::cast)
                .toList();
    }
}

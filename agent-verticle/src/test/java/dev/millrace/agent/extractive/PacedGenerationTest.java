package dev.millrace.agent.extractive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.model.Usage;
import dev.millrace.agent.text.Rarity;
import dev.millrace.agent.time.HandClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A paced generation")
class PacedGenerationTest {

    private static final int PACE = 20;
    private static final Delta.Finish FINISH = new Delta.Finish("stop", new Usage(1, 1, true));

    private final HandClock clock = new HandClock();
    private Context context;
    private final List<Delta> got = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final Promise<Void> over = Promise.promise();

    @BeforeEach
    void context(Vertx vertx) {
        context = vertx.getOrCreateContext();
    }

    @Test
    @DisplayName("unpaced gives everything in order, then ends once")
    void all() throws Exception {
        List<Delta> answer = words(10_000);
        onContext(() -> reading(begun(0, answer)));
        await(over.future());
        assertEquals(answer, got);
        assertEquals(List.of("end"), ends);
    }

    @Test
    @DisplayName("unpaced lets others have the event loop in between")
    void yields() throws Exception {
        List<Integer> gotWhenOthersRan = new ArrayList<>();
        onContext(() -> {
            reading(begun(0, words(1_000)));
            others(gotWhenOthersRan);
            return null;
        });
        await(over.future());
        onContext(() -> null);
        assertTrue(gotWhenOthersRan.size() >= 1_000 / 64, () -> "turns for others: " + gotWhenOthersRan);
    }

    /** Something else on the loop that comes again until the answer is over. */
    private void others(List<Integer> gotWhenOthersRan) {
        context.runOnContext(turn -> {
            gotWhenOthersRan.add(got.size());
            if (ends.isEmpty()) {
                others(gotWhenOthersRan);
            }
        });
    }

    @Test
    @DisplayName("paced gives the first text at once with its citation, and the next in its time")
    void firstAtOnce() throws Exception {
        Delta citation = new Delta.Citation(1, "A", "a.md", null, "one ", 0, 4);
        List<Delta> answer = List.of(citation, new Delta.Text("one "), new Delta.Text("two"), FINISH);
        onContext(() -> reading(begun(PACE, answer)));
        settle();
        assertEquals(answer.subList(0, 2), got);
        pass(PACE - 1);
        assertEquals(2, got.size());
        pass(1);
        assertEquals(answer.subList(0, 3), got);
        assertEquals(List.of(), ends);
        pass(PACE);
        assertEquals(answer, got);
        assertEquals(List.of("end"), ends);
        assertEquals(0, clock.bells());
    }

    private void pass(long millis) throws Exception {
        onContext(() -> {
            clock.pass(millis);
            return null;
        });
        settle();
    }

    @Test
    @DisplayName("gives nothing before a handler is set")
    void handlerFirst() throws Exception {
        Generation generation = onContext(() -> begun(0, words(3)));
        settle();
        assertEquals(List.of(), got);
        onContext(() -> reading(generation));
        await(over.future());
        assertEquals(4, got.size());
    }

    @Test
    @DisplayName("gives as many as are fetched, nothing while paused, and ends only when there is demand")
    void demand() throws Exception {
        Generation generation = onContext(() -> reading(begun(0, words(9)).pause()));
        settle();
        assertEquals(0, got.size());
        fetch(generation, 3);
        assertEquals(3, got.size());
        fetch(generation, 7);
        assertEquals(10, got.size());
        assertEquals(List.of(), ends);
        fetch(generation, 1);
        assertEquals(List.of("end"), ends);
    }

    @Test
    @DisplayName("can be paused from its own handler, and resumed")
    void pauseWithin() throws Exception {
        Generation generation = onContext(() -> {
            Generation begun = begun(0, words(20));
            reading(begun);
            begun.handler(delta -> {
                got.add(delta);
                if (got.size() == 5) {
                    begun.pause();
                }
            });
            return begun;
        });
        settle();
        assertEquals(5, got.size());
        onContext(generation::resume);
        await(over.future());
        assertEquals(21, got.size());
    }

    @Test
    @DisplayName("cancelled calls no handler any more, whenever that is")
    void cancel() throws Exception {
        Generation within = onContext(() -> {
            Generation begun = begun(0, words(20));
            reading(begun);
            begun.handler(delta -> {
                got.add(delta);
                begun.cancel();
            });
            return begun;
        });
        settle();
        assertEquals(1, got.size());
        onContext(() -> {
            within.cancel();
            within.resume();
            PacedGeneration early = begun(0, words(20));
            reading(early);
            early.cancel();
            early.fail(new IllegalStateException("too late"));
            return null;
        });
        settle();
        assertEquals(1, got.size());
        assertEquals(List.of(), ends);
    }

    @Test
    @DisplayName("leaves no timer behind a cancel")
    void noTimer() throws Exception {
        Generation generation = onContext(() -> reading(begun(PACE, words(3))));
        settle();
        assertEquals(1, clock.bells());
        onContext(() -> {
            generation.cancel();
            return null;
        });
        assertEquals(0, clock.bells());
        pass(PACE);
        assertEquals(1, got.size());
    }

    @Test
    @DisplayName("tells a failure once, and nothing after it")
    void failure() throws Exception {
        onContext(() -> {
            PacedGeneration failing = new PacedGeneration(context, clock, 0);
            reading(failing);
            failing.fail(new IllegalStateException("broken"));
            failing.fail(new IllegalStateException("again"));
            failing.resume();
            return null;
        });
        settle();
        assertEquals(List.of("broken"), ends);
    }

    @Test
    @DisplayName("whose reader throws is over, and says so once")
    void readerThrows() throws Exception {
        onContext(() -> {
            PacedGeneration begun = begun(0, words(3));
            reading(begun);
            begun.handler(delta -> {
                throw new IllegalStateException("reader");
            });
            return null;
        });
        settle();
        assertEquals(List.of("reader"), ends);
    }

    @Test
    @DisplayName("from the model comes on the context that asked, and its text is the answer")
    void model(Vertx vertx) throws Exception {
        Model model = new ExtractiveModel(vertx, Rarity.ALIKE, 0);
        assertEquals("extractive", model.name());
        List<Context> contexts = new ArrayList<>();
        Passage passage = new Passage("rye.md", "Rye", "", 3, "Rye bread keeps for six days.", 1);
        Prompt prompt = new Prompt(List.of(new Turn(Role.USER, "How long does rye bread keep?")), List.of(passage));
        onContext(() -> {
            Generation generation = model.generate(prompt);
            reading(generation);
            return generation.handler(delta -> {
                contexts.add(vertx.getOrCreateContext());
                got.add(delta);
            });
        });
        await(over.future());
        contexts.forEach(each -> assertSame(context, each));
        StringBuilder text = new StringBuilder();
        got.forEach(delta -> text.append(delta instanceof Delta.Text token ? token.text() : ""));
        assertEquals("Rye bread keeps for six days. [1]", text.toString());
        assertThrows(IllegalArgumentException.class, () -> new ExtractiveModel(vertx, Rarity.ALIKE, -1));
    }

    private PacedGeneration begun(int millisPerToken, List<Delta> answer) {
        PacedGeneration generation = new PacedGeneration(context, clock, millisPerToken);
        generation.begin(answer);
        return generation;
    }

    private Generation reading(Generation generation) {
        generation.endHandler(end -> {
            ends.add("end");
            over.tryComplete();
        });
        generation.exceptionHandler(e -> ends.add(String.valueOf(e.getMessage())));
        generation.handler(got::add);
        return generation;
    }

    private void fetch(Generation generation, long amount) throws Exception {
        onContext(() -> generation.fetch(amount));
        settle();
    }

    private static List<Delta> words(int count) {
        List<Delta> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(new Delta.Text("word" + i + " "));
        }
        words.add(FINISH);
        return words;
    }

    /** Lets the event loop do what it has to do, as far as a few hundred deltas. */
    private void settle() throws Exception {
        for (int turn = 0; turn < 10; turn++) {
            onContext(() -> null);
        }
    }

    private <T> T onContext(Callable<T> action) throws Exception {
        Promise<T> done = Promise.promise();
        context.runOnContext(turn -> {
            try {
                done.complete(action.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return await(done.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }
}

package dev.millrace.speech.embedded;

import static dev.millrace.speech.embedded.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.SpeechChunk.Mark;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the embedded voice says. */
@Timeout(60)
class SpeakingTest {

    private static final String SENTENCE = "The port is 8080, and it can be changed.";

    private static Vertx vertx;
    private static Talk talk;
    private static TextToSpeech kevin;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        talk = new Talk(vertx);
        kevin = new KevinTextToSpeech(vertx, Duration.ofSeconds(60));
    }

    @AfterAll
    static void close() throws Exception {
        await(kevin.close());
        await(vertx.close());
    }

    @Test
    void aSentenceIsSpokenInChunksOfWholeSamplesAndOfAtMostATenthOfASecond() throws Exception {
        List<SpeechChunk> chunks = await(talk.say(kevin, SENTENCE));
        for (SpeechChunk chunk : chunks) {
            assertEquals(0, chunk.pcm().length() % 2);
            assertTrue(chunk.pcm().length() > 0 && chunk.pcm().length() <= kevin.rate() / 10 * 2);
        }
        Buffer pcm = Talk.joined(chunks);
        double seconds = pcm.length() / 2.0 / kevin.rate();
        assertTrue(seconds > 2 && seconds < 6, "it is " + seconds + " s long");
        int loudest = IntStream.range(0, pcm.length() / 2)
                .map(i -> Math.abs(pcm.getShortLE(2 * i)))
                .max()
                .orElseThrow();
        assertTrue(loudest > 5_000 && loudest < 32_768, "the loudest sample is " + loudest);
    }

    @Test
    void marksLeadFromTheFirstWordToTheLastThroughTextAndAudio() throws Exception {
        List<SpeechChunk> chunks = await(talk.say(kevin, SENTENCE));
        List<Mark> marks =
                chunks.stream().flatMap(chunk -> chunk.marks().stream()).toList();
        List<String> spoken = new ArrayList<>();
        int from = 0;
        long sample = 0;
        for (Mark mark : marks) {
            assertTrue(mark.sample() > sample, marks::toString);
            spoken.add(SENTENCE.substring(from, mark.chars()).replaceAll("\\W", ""));
            from = mark.chars();
            sample = mark.sample();
        }
        assertEquals(List.of("The", "port", "is", "8080", "and", "it", "can", "be", "changed"), spoken);
        assertTrue(sample <= Talk.joined(chunks).length() / 2, marks::toString);
    }

    @Test
    void aMarkComesWithTheChunkThatHoldsItsSample() throws Exception {
        long before = 0;
        for (SpeechChunk chunk : await(talk.say(kevin, SENTENCE))) {
            long after = before + chunk.pcm().length() / 2;
            for (Mark mark : chunk.marks()) {
                assertTrue(mark.sample() < after, mark + " in a chunk that ends at " + after);
            }
            before = after;
        }
    }

    @Test
    void thirtySentencesAtOnceSoundLikeOneAlone() throws Exception {
        Buffer alone = Talk.joined(await(talk.say(kevin, SENTENCE)));
        List<Future<List<SpeechChunk>>> all =
                IntStream.range(0, 30).mapToObj(i -> talk.say(kevin, SENTENCE)).toList();
        await(Future.all(all));
        for (Future<List<SpeechChunk>> one : all) {
            assertEquals(alone, Talk.joined(one.result()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", "é", "—", "naïve — 42 € 你好", "<b>&amp;", "\u0000\u0007", "a\n\nb", "😀"})
    void aTextThatIsHardToSayEndsLikeAnyOther(String text) throws Exception {
        assertTrue(Talk.joined(await(talk.say(kevin, text))).length() % 2 == 0);
        assertTrue(await(talk.say(kevin, SENTENCE)).size() > 10, "and the voice still speaks");
    }

    @Test
    void aReaderThatIsPausedIsGivenNothingAndOneThatFetchesIsGivenWhatItFetched() throws Exception {
        Promise<Integer> given = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            List<SpeechChunk> chunks = new ArrayList<>();
            Synthesis synthesis = kevin.synthesize(SENTENCE);
            synthesis.pause();
            synthesis.handler(chunk -> {
                chunks.add(chunk);
                if (chunks.size() == 3) {
                    // Whatever else would come is on its way by then: the voice is some milliseconds behind this.
                    talk.say(kevin, SENTENCE).onSuccess(later -> given.complete(chunks.size()));
                }
            });
            synthesis.fetch(3);
        });
        assertEquals(3, await(given.future()));
    }

    @Test
    void nothingIsToldAfterACancel() throws Exception {
        Promise<List<String>> told = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            List<String> all = new ArrayList<>();
            Synthesis synthesis = kevin.synthesize(SENTENCE);
            synthesis.exceptionHandler(failure -> all.add(failure.toString()));
            synthesis.endHandler(end -> all.add("end"));
            synthesis.handler(chunk -> {
                all.add("chunk");
                synthesis.cancel();
                talk.say(kevin, SENTENCE).onComplete(later -> told.complete(all));
            });
        });
        assertEquals(List.of("chunk"), await(told.future()));
    }
}

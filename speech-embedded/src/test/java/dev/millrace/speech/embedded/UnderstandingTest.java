package dev.millrace.speech.embedded;

import static dev.millrace.speech.embedded.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.Transcript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the embedded recognizer understands of what synthetic voices say. */
@Timeout(300)
class UnderstandingTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final double EXACT_ENOUGH = 0.95;

    private static Vertx vertx;
    private static Talk talk;
    private static SpeechToText demo;
    private static TextToSpeech kevin;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        talk = new Talk(vertx);
        demo = new GrammarSpeechToText(vertx, Grammar.DEMO, DEADLINE);
        kevin = new KevinTextToSpeech(vertx, DEADLINE);
    }

    @AfterAll
    static void close() throws Exception {
        await(demo.close());
        await(kevin.close());
        await(vertx.close());
    }

    /** The phrases of the demonstration, from its grammar. */
    static List<String> phrases() throws Exception {
        try (InputStream grammar = Grammar.class.getResourceAsStream("demo.gram")) {
            String text = new String(grammar.readAllBytes(), StandardCharsets.UTF_8);
            String rule = text.substring(text.indexOf('=') + 1, text.lastIndexOf(';'));
            return Pattern.compile("\\|").splitAsStream(rule).map(String::trim).toList();
        }
    }

    /** As a turn has it: the prefix before the first voiced frame, and the silence that ended it. */
    @Test
    void aPhraseBetweenStretchesOfNothingButZerosIsUnderstood() throws Exception {
        WordErrors errors = new WordErrors();
        for (String phrase : phrases().subList(0, 10)) {
            Buffer pcm = Buffer.buffer(new byte[300 * 32])
                    .appendBuffer(Talk.joined(await(talk.say(kevin, phrase))))
                    .appendBytes(new byte[500 * 32]);
            errors.add("kevin16", phrase, hear(demo, pcm).text());
        }
        assertTrue(errors.exactness() >= EXACT_ENOUGH, errors::toString);
    }

    @Test
    void thePhrasesOfTheDemonstrationAreUnderstoodInTheEmbeddedVoice() throws Exception {
        WordErrors errors = new WordErrors();
        for (String phrase : phrases()) {
            Buffer pcm = Talk.joined(await(talk.say(kevin, phrase)));
            errors.add("kevin16", phrase, hear(demo, pcm).text());
        }
        assertTrue(errors.words() > 150, errors::toString);
        assertTrue(errors.exactness() >= EXACT_ENOUGH, errors::toString);
    }

    @Test
    void thePhrasesOfTheDemonstrationAreUnderstoodInTheVoicesOfFlite() throws Exception {
        Path out = Files.createTempFile("flite", ".wav");
        assumeLoudly(flite("kal16", "yes", out), "flite is not installed: its voices are not tried");
        WordErrors errors = new WordErrors();
        for (String voice : List.of("kal16", "slt", "rms", "awb")) {
            for (String phrase : phrases()) {
                assertTrue(flite(voice, phrase, out));
                errors.add(voice, phrase, hear(demo, Talk.wav(out)).text());
            }
        }
        Files.delete(out);
        assertTrue(errors.exactness() >= EXACT_ENOUGH, errors::toString);
    }

    @Test
    void theSentencesOfAnotherGrammarAreUnderstoodInTheSpeechBesideTheRepository() throws Exception {
        Path manifest = Talk.SPEECH.resolve("manifest.tsv");
        assumeLoudly(Files.exists(manifest), manifest.toAbsolutePath() + " is not there: its speech is not tried");
        Grammar fixtures = GrammarFile.read(
                Path.of(Grammar.class.getResource("fixtures.jsgf").toURI()));
        SpeechToText engine = new GrammarSpeechToText(vertx, fixtures, DEADLINE);
        WordErrors errors = new WordErrors();
        for (String line : Files.readAllLines(manifest)
                .subList(1, Files.readAllLines(manifest).size())) {
            List<String> fields = Pattern.compile("\t").splitAsStream(line).toList();
            if (fields.get(2).equals("flite") || fields.get(2).equals("freetts")) {
                Buffer pcm = Talk.wav(Talk.SPEECH.resolve(fields.get(0)));
                errors.add(fields.get(0), fields.get(1), hear(engine, pcm).text());
            }
        }
        await(engine.close());
        assertTrue(errors.words() >= 200, errors::toString);
        assertTrue(errors.exactness() >= EXACT_ENOUGH, errors::toString);
    }

    @Test
    void guessesComeWhileSomebodySpeaksAndWhatIsStableStays() throws Exception {
        await(demo.warm());
        String phrase = "what happens when a token expires";
        List<Partial> partials = new ArrayList<>();
        Buffer pcm = Talk.joined(await(talk.say(kevin, phrase)));
        Transcript heard = await(talk.hear(demo, pcm, partials));
        assertEquals(phrase, heard.text());
        assertTrue(partials.size() >= 4, () -> "guesses: " + partials);
        assertTrue(partials.stream().anyMatch(guess -> guess.stableChars() > 0), partials::toString);
        Partial last = partials.get(partials.size() - 1);
        assertTrue(phrase.startsWith(last.text().substring(0, last.stableChars())), last::toString);
    }

    @Test
    void wordsSayWhenTheyWereSpoken() throws Exception {
        Buffer pcm = Talk.joined(await(talk.say(kevin, "how do I read a feed")));
        List<Transcript.Word> words = hear(demo, pcm).words();
        assertEquals(
                List.of("how", "do", "i", "read", "a", "feed"),
                words.stream().map(Transcript.Word::text).toList());
        int before = 0;
        for (Transcript.Word word : words) {
            assertTrue(before <= word.fromMs() && word.fromMs() < word.toMs(), words::toString);
            before = word.fromMs();
        }
        assertTrue(before < pcm.length() / 32, words::toString);
    }

    @Test
    void noiseIsNoPhrase() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Buffer noise = Buffer.buffer();
        for (int i = 0; i < 2 * SpeechToText.RATE; i++) {
            noise.appendShortLE((short) (random.nextGaussian() * 800));
        }
        assertEquals("", hear(demo, noise).text(), "seed " + seed);
        assertEquals("", hear(demo, Buffer.buffer(new byte[32_000])).text());
    }

    /** An empty stream puts sphinx4 out of step: it then hears nothing any more. */
    @Test
    void anUtteranceOfNothingIsEmptyAndTheNextIsUnderstood() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertEquals("", hear(demo, Buffer.buffer()).text());
            assertEquals("", hear(demo, Buffer.buffer(new byte[640])).text());
        }
        Buffer pcm = Talk.joined(await(talk.say(kevin, "what is a gap")));
        assertEquals("what is a gap", hear(demo, pcm).text());
    }

    @Test
    void aPhraseIsHeardTheSameWayWhateverWasHeardBefore() throws Exception {
        Buffer pcm = Talk.joined(await(talk.say(kevin, "how do I stop the server")));
        Transcript first = hear(demo, pcm);
        assertEquals("how do i stop the server", first.text());
        hear(demo, Buffer.buffer(new byte[64_000]));
        hear(demo, Talk.joined(await(talk.say(kevin, "what is the weather in london today"))));
        assertEquals(first, hear(demo, pcm));
    }

    @Test
    void manyAtOnceAreAllUnderstoodThoughOnlyTwoAreListenedToAsTheySpeak() throws Exception {
        List<String> said = phrases();
        List<Future<Transcript>> heard = new ArrayList<>();
        List<List<Partial>> guesses = new ArrayList<>();
        for (String phrase : said) {
            Buffer pcm = Talk.joined(await(talk.say(kevin, phrase)));
            List<Partial> partials = new ArrayList<>();
            guesses.add(partials);
            heard.add(talk.hear(demo, pcm, partials));
        }
        await(Future.join(heard));
        assertEquals(said, heard.stream().map(each -> each.result().text()).toList());
        assertTrue(guesses.stream().noneMatch(List::isEmpty), "each is guessed at while it is decoded");
    }

    @Test
    void aCancelledUtteranceFailsAsCancelledAndMakesRoomForTheNext() throws Exception {
        Buffer pcm = Talk.joined(await(talk.say(kevin, "where is the key")));
        for (int i = 0; i < 10; i++) {
            Promise<Transcript> cancelled = Promise.promise();
            vertx.getOrCreateContext().runOnContext(turn -> {
                Recognition recognition = demo.recognize();
                recognition.write(pcm.getBuffer(0, 16_000));
                recognition.cancel();
                recognition.transcript().onComplete(cancelled);
            });
            Throwable failure = await(cancelled.future().transform(done -> Future.succeededFuture(done.cause())));
            assertEquals("cancelled", ((SpeechFailure) failure).code());
        }
        List<Partial> partials = new ArrayList<>();
        assertEquals("where is the key", await(talk.hear(demo, pcm, partials)).text());
    }

    private static Transcript hear(SpeechToText engine, Buffer pcm) throws Exception {
        return await(talk.hear(engine, pcm, new ArrayList<>()));
    }

    private static boolean flite(String voice, String text, Path out) throws Exception {
        try {
            return new ProcessBuilder("flite", "-voice", voice, "-t", text, "-o", out.toString())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assumeLoudly(boolean there, String otherwise) {
        if (!there) {
            System.err.println("\n*** NOT TESTED: " + otherwise + " ***\n");
        }
        Assumptions.assumeTrue(there, otherwise);
    }
}

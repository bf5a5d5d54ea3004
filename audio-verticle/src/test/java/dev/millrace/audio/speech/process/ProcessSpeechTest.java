package dev.millrace.audio.speech.process;

import static dev.millrace.audio.speech.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.Talk;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that speak: the two that we know, and scripts that do what programs do when they fail. */
@Timeout(60)
class ProcessSpeechTest {

    private static final Duration PATIENT = Duration.ofSeconds(30);

    /** As espeak-ng begins: its sizes are made up, because it writes to a pipe. */
    private static final String HEADER = "RIFF\\044\\360\\377\\177WAVEfmt \\020\\000\\000\\000\\001\\000\\001\\000"
            + "\\200\\076\\000\\000\\000\\175\\000\\000\\002\\000\\020\\000data\\000\\360\\377\\177";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Talk talk = new Talk(vertx);

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private ProcessTextToSpeech script(String script, Duration deadline) {
        return new ProcessTextToSpeech(
                vertx, new Program("script", 16_000, null, List.of("sh", "-c", script, "--")), deadline);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flite", "espeak-ng"})
    void aProgramSpeaksASentenceAndAnotherThatLooksLikeAFlag(String name) throws Exception {
        assumeLoudly(name);
        TextToSpeech engine = await(
                (name.equals("flite") ? new Flite() : new EspeakNg()).open(vertx, EngineSettings.within(PATIENT)));
        for (String sentence : List.of("How do I change the port?", "-o --help", "a\u0000b\nc")) {
            Buffer pcm = await(talk.say(engine, sentence));
            double seconds = pcm.length() / 2.0 / engine.rate();
            assertTrue(seconds > 0.3 && seconds < 6, sentence + " is " + seconds + " s long");
        }
        await(engine.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"flite", "espeak-ng"})
    void aVoiceThatAProgramDoesNotHaveIsRefusedAtTheStart(String name) throws Exception {
        assumeLoudly(name);
        EngineSettings settings = new EngineSettings(null, null, null, null, "nobody", null, null, PATIENT);
        Throwable cause = assertThrows(
                        ExecutionException.class,
                        () -> await((name.equals("flite") ? new Flite() : new EspeakNg()).open(vertx, settings)))
                .getCause();
        assertTrue(String.valueOf(cause).contains("--tts-voice is 'nobody', and " + name), () -> "" + cause);
    }

    @Test
    void aProgramThatIsNotInstalledIsNamedWithWhatToDo() {
        String sentence = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Program.output("millrace-no-such-program"))
                        .getMessage());
        assertTrue(sentence.contains("which cannot be started; install it"), sentence);
    }

    @Test
    void theSizesOfAHeaderAreNotBelieved() throws Exception {
        ProcessTextToSpeech engine = script("printf '" + HEADER + "abcdefgh'", PATIENT);
        assertEquals(Buffer.buffer("abcdefgh"), await(talk.say(engine, "x")));
        assertEquals(0, engine.underWay());
        await(engine.close());
    }

    @Test
    void theTextIsTheLastArgument() throws Exception {
        ProcessTextToSpeech engine = script("printf '" + HEADER + "%s' \"$1\"", PATIENT);
        assertEquals(Buffer.buffer("$(id); 'xy' "), await(talk.say(engine, "$(id); 'xy' ")));
        await(engine.close());
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("exit 3", "script ended with status 3."),
                Arguments.of("echo no such voice >&2; exit 1", "script ended with status 1: no such voice"),
                Arguments.of("printf '" + HEADER + "abcd'; exit 1", "script ended with status 1."),
                Arguments.of("kill -9 $$", "script ended with status 137."),
                Arguments.of("true", "script spoke nothing."),
                Arguments.of("printf '" + HEADER + "'", "script spoke nothing."),
                Arguments.of(
                        "printf 'RIFF....WAVE'; head -c 9000 /dev/zero",
                        "script sent a RIFF header without samples behind it."));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aProgramThatFailsIsSaidInItsOwnWords(String script, String message) throws Exception {
        ProcessTextToSpeech engine = script(script, PATIENT);
        SpeechFailure failure = Talk.failure(talk.say(engine, "x"));
        assertEquals("engine_failed", failure.code());
        assertEquals(message, failure.getMessage());
        assertEquals(0, engine.underWay());
        await(engine.close());
    }

    @Test
    void aProgramThatIsSilentIsKilledAtTheDeadline() throws Exception {
        Path pid = folder.resolve("pid");
        ProcessTextToSpeech engine = script("echo $$ > " + pid + "; exec tail -f /dev/null", Duration.ofMillis(1_000));
        assertEquals("engine_timeout", Talk.failure(talk.say(engine, "x")).code());
        awaitDeath(started(pid));
        await(engine.close());
    }

    @Test
    void aCancelKillsTheProcessAndSoDoesTheEndOfTheEngine() throws Exception {
        Path pid = folder.resolve("pid");
        ProcessTextToSpeech engine =
                script("echo $$ > " + pid + "; printf '" + HEADER + "abcd'; exec cat /dev/zero", PATIENT);
        Promise<Void> heard = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Synthesis synthesis = engine.synthesize("x");
            synthesis.handler(chunk -> {
                synthesis.cancel();
                heard.tryComplete();
            });
        });
        await(heard.future());
        awaitDeath(started(pid));
        vertx.getOrCreateContext().runOnContext(turn -> {
            Synthesis synthesis = engine.synthesize("x");
            synthesis.pause();
            synthesis.handler(chunk -> {});
        });
        ProcessHandle second = started(pid);
        await(engine.close());
        awaitDeath(second);
    }

    /** A reader that is paused reads nothing, and the process waits in its pipe. */
    @Test
    void aProcessIsHeldBackByAReaderThatIsPaused() throws Exception {
        Path done = folder.resolve("done");
        ProcessTextToSpeech engine =
                script("printf '" + HEADER + "'; head -c 3000000 /dev/zero; touch " + done, PATIENT);
        Promise<Synthesis> begun = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Synthesis synthesis = engine.synthesize("x");
            synthesis.pause();
            synthesis.handler(chunk -> {});
            begun.complete(synthesis);
        });
        Synthesis synthesis = await(begun.future());
        ProcessTextToSpeech other = script("printf '" + HEADER + "abcd'", PATIENT);
        for (int i = 0; i < 20; i++) {
            await(talk.say(other, "x"));
        }
        assertTrue(Files.notExists(done), "the process is not done");
        Promise<Void> ended = Promise.promise();
        vertx.runOnContext(turn -> {
            synthesis.endHandler(end -> ended.complete());
            synthesis.resume();
        });
        await(ended.future());
        assertTrue(Files.exists(done));
        await(engine.close());
        await(other.close());
    }

    /** Waits until the process has said its pid. */
    private static ProcessHandle started(Path pid) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Files.notExists(pid) || Files.size(pid) == 0) {
            assertTrue(System.nanoTime() < end, "the process has not begun");
            Thread.onSpinWait();
        }
        long number = Long.parseLong(Files.readString(pid).strip());
        Files.delete(pid);
        // One that is gone already has no handle, and this one then stands for it.
        return ProcessHandle.of(number).orElse(ProcessHandle.current());
    }

    private static void awaitDeath(ProcessHandle process) throws Exception {
        if (!process.equals(ProcessHandle.current())) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static void assumeLoudly(String program) {
        boolean there;
        try {
            there = !Program.output(program, "--version").isEmpty();
        } catch (IllegalArgumentException e) {
            there = false;
        }
        if (!there) {
            System.err.println("\n*** NOT TESTED: " + program + " is not installed ***\n");
        }
        Assumptions.assumeTrue(there, program + " is not installed");
    }
}

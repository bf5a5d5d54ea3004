package dev.millrace.audio.speech;

import static dev.millrace.audio.speech.StandIn.answer;
import static dev.millrace.audio.speech.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Speech over HTTP, from a stand-in that sends it in pieces of any size and fails in each way that servers do. */
@Timeout(60)
class OpenAiSpeechTest {

    private static final String PCM = "audio/pcm";

    private Vertx vertx;
    private Talk talk;
    private StandIn server;
    private TextToSpeech engine;

    @BeforeEach
    void open() throws Exception {
        vertx = Vertx.vertx();
        talk = new Talk(vertx);
        server = new StandIn(vertx);
        engine = engine(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        await(engine.close());
        server.close();
        await(vertx.close());
    }

    private TextToSpeech engine(Duration deadline) throws Exception {
        EngineSettings at = Talk.at(server.port(), "/v1/", null, deadline);
        return await(Providers.ofTextToSpeech()
                .open(vertx, "openai", new EngineSettings(at.url(), null, "m-1", null, "v-1", null, null, deadline)));
    }

    @Test
    void aSentenceIsAskedForAsPcmAndComesAt24000SamplesASecond() throws Exception {
        server.onRequest = answer(200, PCM, "abcd");
        assertEquals(Buffer.buffer("abcd"), await(talk.say(engine, "Hi \"you\".")));
        assertEquals(24_000, engine.rate());
        assertEquals("POST /v1/audio/speech null application/json", server.heads.get(0));
        assertEquals(
                new JsonObject()
                        .put("model", "m-1")
                        .put("input", "Hi \"you\".")
                        .put("voice", "v-1")
                        .put("response_format", "pcm"),
                server.bodies.get(0).toJsonObject());
    }

    @Test
    void samplesThatAreSplitBetweenChunksComeWhole() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Buffer pcm = Talk.samples(1_500);
        server.onRequest = request -> {
            request.response().setChunked(true).putHeader("Content-Type", PCM);
            for (int at = 0; at < pcm.length(); ) {
                int to = Math.min(pcm.length(), at + 1 + random.nextInt(999));
                request.response().write(pcm.getBuffer(at, to));
                at = to;
            }
            request.response().end();
        };
        assertEquals(pcm, await(talk.say(engine, "Hi.")), "seed " + seed);
    }

    @Test
    void aHalfSampleAtTheEndIsDropped() throws Exception {
        server.onRequest = answer(200, PCM, "abcde");
        assertEquals(Buffer.buffer("abcd"), await(talk.say(engine, "Hi.")));
    }

    @Test
    void aServerThatSendsWavForPcmIsUnderstoodAndItsRateIsTurnedIntoOurs() throws Exception {
        Buffer wav =
                Buffer.buffer("RIFF").appendIntLE(-1).appendString("WAVEfmt ").appendIntLE(16);
        wav.appendShortLE((short) 1)
                .appendShortLE((short) 1)
                .appendIntLE(16_000)
                .appendIntLE(32_000);
        wav.appendShortLE((short) 2)
                .appendShortLE((short) 16)
                .appendString("LIST")
                .appendIntLE(3)
                .appendString("abc ");
        wav.appendString("data").appendIntLE(0x7ffff000).appendBuffer(Buffer.buffer(new byte[32_000]));
        server.onRequest = StandIn.crumbs("audio/wav", wav);
        Buffer pcm = await(talk.say(engine, "Hi."));
        assertTrue(Math.abs(pcm.length() - 48_000) < 200, "a second has " + pcm.length() + " bytes");
    }

    static Stream<Arguments> failures() {
        String json = "application/json";
        return Stream.of(
                Arguments.of("a wrong key", answer(401, json, "{\"error\":{\"message\":\"no\"}}"), "engine_refused"),
                Arguments.of("a rate limit", answer(429, json, "{}"), "engine_busy"),
                Arguments.of("an error", answer(500, "text/plain", ""), "engine_failed"),
                Arguments.of("an error as success", answer(200, json, "{\"error\":\"no\"}"), "engine_failed"),
                Arguments.of("another format", answer(200, "audio/mpeg", "ID3"), "engine_failed"),
                Arguments.of("no sound", answer(200, PCM, ""), "engine_failed"),
                Arguments.of("a header alone", answer(200, "audio/wav", "RIFF....WAVE"), "engine_failed"),
                Arguments.of(
                        "a header without an end",
                        answer(200, "audio/wav", "RIFF....WAVEjunk\u007f\u007f\u007f\u007f"),
                        "engine_failed"),
                Arguments.of("sound that is cut", StandIn.cut(PCM, "abcd"), "engine_unreachable"),
                Arguments.of(
                        "a connection that is closed",
                        (Handler<HttpServerRequest>)
                                request -> request.connection().close(),
                        "engine_unreachable"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void eachFailureHasItsCodeAndTheNextSentenceIsSpoken(String name, Handler<HttpServerRequest> handler, String code)
            throws Exception {
        server.onRequest = handler;
        SpeechFailure failure = Talk.failure(talk.say(engine, "Hi."));
        assertEquals(code, failure.code(), failure::getMessage);
        server.onRequest = answer(200, PCM, "abcd");
        assertEquals(Buffer.buffer("abcd"), await(talk.say(engine, "Hi.")));
    }

    @Test
    void aServerThatFallsSilentWithinASentenceIsGivenUp() throws Exception {
        TextToSpeech hasty = engine(Duration.ofMillis(300));
        server.onRequest = StandIn.stall(PCM, "abcd");
        assertEquals("engine_timeout", Talk.failure(talk.say(hasty, "Hi.")).code());
        await(hasty.close());
    }

    @Test
    void aSentenceLongerThanTheApiTakesIsRefusedAndNotSent() throws Exception {
        assertEquals(
                "engine_refused",
                Talk.failure(talk.say(engine, "x".repeat(4_097))).code());
        assertEquals(0, server.requests.get());
    }

    /** What the server gets rid of is what the engine and the two sockets hold: megabytes, of the hundred that it has. */
    @Test
    void aReaderThatIsPausedHoldsTheServerBackAndACancelResetsTheConnection() throws Exception {
        AtomicLong written = new AtomicLong();
        Promise<Void> full = Promise.promise();
        Promise<Void> closed = Promise.promise();
        server.onRequest = request -> {
            request.connection().closeHandler(gone -> closed.complete());
            request.response().setChunked(true).putHeader("Content-Type", PCM);
            Runnable fill = () -> {
                while (!request.response().writeQueueFull() && written.get() < 100_000_000) {
                    request.response().write(Buffer.buffer(new byte[48_000]));
                    written.addAndGet(48_000);
                }
                full.tryComplete();
            };
            request.response().drainHandler(drained -> fill.run());
            fill.run();
        };
        Promise<Synthesis> begun = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Synthesis synthesis = engine.synthesize("Hi.");
            synthesis.pause();
            synthesis.handler(chunk -> {});
            begun.complete(synthesis);
        });
        await(full.future());
        server.onRequest = answer(200, PCM, "abcd");
        for (int i = 0; i < 200; i++) {
            await(talk.say(engine, "Time for the other one to write on."));
        }
        assertTrue(written.get() < 50_000_000, "written " + written);
        Synthesis paused = await(begun.future());
        vertx.runOnContext(turn -> paused.cancel());
        await(closed.future());
    }
}

package dev.millrace.audio.speech;

import static dev.millrace.audio.speech.StandIn.answer;
import static dev.millrace.audio.speech.StandIn.crumbs;
import static dev.millrace.audio.speech.StandIn.cut;
import static dev.millrace.audio.speech.StandIn.stall;
import static dev.millrace.audio.speech.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Transcription over HTTP, from a stand-in that speaks each dialect and fails in each way that servers do. */
@Timeout(60)
class OpenAiTranscriptionTest {

    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String DELTAS = """
            data: {"type":"transcript.text.delta","delta":"I see"}

            data: {"type":"transcript.text.delta","delta":" skies of blue"}

            """;
    private static final String DONE = """
            data: {"type":"transcript.text.done","text":"I see skies of blue.","usage":{"type":"tokens"}}

            """;
    private static final String VLLM = """
            data: {"id":"transcribe-1","object":"transcription.chunk","created":1,"model":"m","choices":[{"delta":{"content":" I see"}}]}

            data: {"id":"transcribe-1","object":"transcription.chunk","created":1,"model":"m","choices":[{"delta":{"content":" skies"},"finish_reason":"stop"}]}

            data: {"id":"transcribe-1","object":"transcription.chunk","created":1,"model":"m","choices":[{"delta":{"content":" of blue"}}]}

            data: {"id":"transcribe-1","object":"transcription.chunk","created":1,"model":"m","choices":[{"delta":{"content":""},"finish_reason":"stop"}]}

            """;

    @TempDir
    Path folder;

    private Vertx vertx;
    private Talk talk;
    private StandIn server;
    private SpeechToText engine;

    @BeforeEach
    void open() throws Exception {
        vertx = Vertx.vertx();
        talk = new Talk(vertx);
        server = new StandIn(vertx);
        engine = engine(server.port(), Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        await(engine.close());
        server.close();
        await(vertx.close());
    }

    private SpeechToText engine(int port, Duration deadline) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "secret-key\n");
        return await(Providers.ofSpeechToText().open(vertx, "openai", Talk.at(port, "/v1", key, deadline)));
    }

    @Test
    void anUtteranceIsSentAsAWavFileInAFormWithTheModelAndTheLanguage() throws Exception {
        server.onRequest = answer(200, "application/json", "{\"text\":\"hi\"}");
        Buffer pcm = Talk.samples(200);
        assertEquals("hi", await(talk.hear(engine, pcm, new ArrayList<>())).text());
        String head = server.heads.get(0);
        String boundary = head.substring(head.indexOf("boundary=") + 9);
        assertEquals("POST /v1/audio/transcriptions Bearer secret-key multipart/form-data; boundary=" + boundary, head);
        Buffer expected = Buffer.buffer();
        for (String[] field : new String[][] {{"model", "m-1"}, {"stream", "true"}, {"language", "en"}}) {
            expected.appendString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field[0]
                    + "\"\r\n\r\n" + field[1] + "\r\n");
        }
        expected.appendString("--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
                + "Content-Type: audio/wav\r\n\r\nRIFF");
        expected.appendIntLE(36 + pcm.length()).appendString("WAVEfmt ").appendIntLE(16);
        expected.appendShortLE((short) 1)
                .appendShortLE((short) 1)
                .appendIntLE(16_000)
                .appendIntLE(32_000);
        expected.appendShortLE((short) 2).appendShortLE((short) 16).appendString("data");
        expected.appendIntLE(pcm.length()).appendBuffer(pcm).appendString("\r\n--" + boundary + "--\r\n");
        assertEquals(expected, server.bodies.get(0));
    }

    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of(
                        "events with [DONE]", EVENTS, DELTAS + DONE + "data: [DONE]\n\n", "I see skies of blue.", 2),
                Arguments.of("events without [DONE]", EVENTS, DELTAS + DONE, "I see skies of blue.", 2),
                Arguments.of("deltas and [DONE] alone", EVENTS, DELTAS + "data: [DONE]\n\n", "I see skies of blue", 2),
                Arguments.of("chunks with [DONE]", EVENTS, VLLM + "data: [DONE]\n\n", "I see skies of blue", 3),
                Arguments.of("chunks without [DONE]", EVENTS, VLLM, "I see skies of blue", 3),
                Arguments.of("JSON", "application/json", "{\"text\":\" I see \",\"usage\":{}}", "I see", 0),
                Arguments.of("nothing heard", "application/json", "{\"text\":\"\"}", "", 0),
                Arguments.of(
                        "unknown events",
                        EVENTS,
                        "data: {\"type\":\"new\"}\n\n: ping\n\n" + DONE,
                        "I see skies of blue.",
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void eachDialectIsReadHoweverItIsCut(String name, String type, String body, String text, int guesses)
            throws Exception {
        server.onRequest = crumbs(type, Buffer.buffer(body));
        List<Partial> partials = new ArrayList<>();
        assertEquals(text, await(talk.hear(engine, Talk.samples(500), partials)).text());
        assertEquals(guesses, partials.size(), partials::toString);
        if (guesses > 0) {
            assertEquals("I see", partials.get(0).text());
        }
    }

    static Stream<Arguments> failures() {
        String json = "application/json";
        return Stream.of(
                Arguments.of(
                        "a wrong key",
                        answer(401, json, "{\"error\":{\"message\":\"Bad key secret-key\"}}"),
                        "engine_refused"),
                Arguments.of("an unknown model", answer(404, json, "{\"detail\":\"no m-1\"}"), "engine_refused"),
                Arguments.of("a rate limit", answer(429, json, "{\"error\":{\"message\":\"slow\"}}"), "engine_busy"),
                Arguments.of("an error in HTML", answer(500, "text/html", "<html>oops</html>"), "engine_failed"),
                Arguments.of("no upstream", answer(502, "text/plain", ""), "engine_failed"),
                Arguments.of("a proxy's timeout", answer(504, "text/html", "<p>"), "engine_timeout"),
                Arguments.of("a redirect", answer(302, "text/plain", ""), "engine_failed"),
                Arguments.of("a page of HTML", answer(200, "text/html", "<html>hi</html>"), "engine_failed"),
                Arguments.of("no text", answer(200, json, "{\"usage\":{}}"), "engine_failed"),
                Arguments.of("no JSON", answer(200, json, "{\"text\":"), "engine_failed"),
                Arguments.of(
                        "an error as success", answer(200, json, "{\"error\":{\"message\":\"x\"}}"), "engine_failed"),
                Arguments.of(
                        "an error in the stream",
                        answer(200, EVENTS, DELTAS + "data: {\"error\":{\"message\":\"x\"}}\n\n"),
                        "engine_failed"),
                Arguments.of("no JSON in the stream", answer(200, EVENTS, DELTAS + "data: {\n\n"), "engine_failed"),
                Arguments.of("a stream without its end", answer(200, EVENTS, DELTAS), "engine_unreachable"),
                Arguments.of(
                        "chunks without their end", answer(200, EVENTS, VLLM.substring(0, 150)), "engine_unreachable"),
                Arguments.of("a stream that is cut", cut(EVENTS, DELTAS), "engine_unreachable"),
                Arguments.of("JSON that is cut", cut(json, "{\"te"), "engine_unreachable"),
                Arguments.of(
                        "an event without an end",
                        answer(200, EVENTS, "data: " + "x".repeat(1 << 21)),
                        "engine_failed"),
                Arguments.of(
                        "a connection that is closed",
                        (Handler<HttpServerRequest>)
                                request -> request.connection().close(),
                        "engine_unreachable"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void eachFailureHasItsCodeAndTheNextUtteranceIsUnderstood(
            String name, Handler<HttpServerRequest> handler, String code) throws Exception {
        server.onRequest = handler;
        SpeechFailure failure = Talk.failure(talk.hear(engine, Talk.samples(500), new ArrayList<>()));
        assertEquals(code, failure.code(), failure::getMessage);
        assertTrue(String.valueOf(failure.getMessage()).startsWith("openai "), failure::getMessage);
        assertFalse(String.valueOf(failure.getMessage()).contains("secret-key"), failure::getMessage);
        server.onRequest = answer(200, "application/json", "{\"text\":\"again\"}");
        assertEquals(
                "again",
                await(talk.hear(engine, Talk.samples(500), new ArrayList<>())).text());
    }

    @Test
    void aServerThatIsSilentIsGivenUpAtTheDeadline() throws Exception {
        SpeechToText hasty = engine(server.port(), Duration.ofMillis(300));
        for (Handler<HttpServerRequest> silent :
                List.<Handler<HttpServerRequest>>of(request -> {}, stall(EVENTS, DELTAS))) {
            server.onRequest = silent;
            SpeechFailure failure = Talk.failure(talk.hear(hasty, Talk.samples(500), new ArrayList<>()));
            assertEquals("engine_timeout", failure.code());
            assertEquals("openai gave no transcript within 300 ms.", failure.getMessage());
        }
        await(hasty.close());
    }

    @Test
    void aPortWhereNobodyListensIsUnreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        SpeechToText nobody = engine(port, Duration.ofSeconds(30));
        SpeechFailure failure = Talk.failure(talk.hear(nobody, Talk.samples(500), new ArrayList<>()));
        assertEquals("engine_unreachable", failure.code());
        assertTrue(String.valueOf(failure.getMessage()).contains("127.0.0.1:" + port), failure::getMessage);
        await(nobody.close());
    }

    @Test
    void afterFiveFailuresTheServerIsLeftAlone() throws Exception {
        server.onRequest = answer(500, "text/plain", "out of order");
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    "engine_failed",
                    Talk.failure(talk.hear(engine, Talk.samples(200), new ArrayList<>()))
                            .code());
        }
        SpeechFailure failure = Talk.failure(talk.hear(engine, Talk.samples(200), new ArrayList<>()));
        assertEquals("engine_suspended", failure.code());
        assertTrue(
                String.valueOf(failure.getMessage()).endsWith("openai answered 500: out of order"),
                failure::getMessage);
        assertEquals(5, server.requests.get());
    }

    @Test
    void aCancelResetsTheConnection() throws Exception {
        Promise<Void> closed = Promise.promise();
        Promise<Recognition> asked = Promise.promise();
        Promise<Recognition> begun = Promise.promise();
        server.onRequest = request -> {
            request.connection().closeHandler(gone -> closed.complete());
            begun.future().onSuccess(asked::complete);
        };
        vertx.getOrCreateContext().runOnContext(turn -> {
            Recognition recognition = engine.recognize();
            asked.future().onSuccess(now -> vertx.runOnContext(later -> recognition.cancel()));
            recognition.write(Talk.samples(500));
            recognition.end();
            begun.complete(recognition);
        });
        await(closed.future());
        assertEquals(
                "cancelled", Talk.failure(await(begun.future()).transcript()).code());
    }

    @Test
    void anUtteranceTooShortForAWordIsEmptyAndIsNotSent() throws Exception {
        assertEquals(
                "",
                await(talk.hear(engine, Talk.samples(80), new ArrayList<>())).text());
        assertEquals(
                "", await(talk.hear(engine, Buffer.buffer(), new ArrayList<>())).text());
        assertEquals(0, server.requests.get());
    }
}

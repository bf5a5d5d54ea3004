package dev.millrace.audio.speech;

import static dev.millrace.audio.speech.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
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

/** Deepgram's live transcription, from a stand-in that speaks as it does and fails as it does. */
@Timeout(60)
class DeepgramTest {

    private static final String CLOSE = "{\"type\":\"CloseStream\"}";
    private static final String METADATA =
            "{\"type\":\"Metadata\",\"transaction_key\":\"deprecated\",\"request_id\":\"r\",\"duration\":0.5,\"channels\":1}";

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
        engine = engine(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        await(engine.close());
        server.close();
        await(vertx.close());
    }

    private SpeechToText engine(Duration deadline) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "secret-key");
        return await(Providers.ofSpeechToText().open(vertx, "deepgram", Talk.at(server.port(), "", key, deadline)));
    }

    private static String results(boolean last, String text, String words) {
        return "{\"type\":\"Results\",\"channel_index\":[0,1],\"duration\":1.98,\"start\":5.99,\"is_final\":" + last
                + ",\"speech_final\":" + last + ",\"channel\":{\"alternatives\":[{\"transcript\":\"" + text
                + "\",\"confidence\":0.99,\"words\":[" + words + "]}]},\"metadata\":{\"request_id\":\"r\"}}";
    }

    /** Hears two stretches with guesses before each, and ends as it is asked to. */
    private static Handler<ServerWebSocket> understanding(Buffer heard, List<String> said) {
        return socket -> {
            socket.binaryMessageHandler(audio -> {
                assertTrue(audio.length() > 0, "an empty message would end the stream");
                heard.appendBuffer(audio);
            });
            socket.textMessageHandler(text -> {
                said.add(text);
                socket.writeTextMessage("{\"type\":\"SpeechStarted\",\"channel\":[0],\"timestamp\":0.1}");
                socket.writeTextMessage(results(false, "tell", ""));
                socket.writeTextMessage(results(
                        true,
                        "Tell me",
                        "{\"word\":\"tell\",\"start\":0.07,\"end\":0.3,\"confidence\":0.9,\"punctuated_word\":\"Tell\"},"
                                + "{\"word\":\"me\",\"start\":0.3,\"end\":0.4,\"confidence\":0.7}"));
                socket.writeTextMessage(results(false, "moor", ""));
                socket.writeTextMessage(
                        results(
                                true,
                                "more.",
                                "{\"word\":\"more\",\"start\":0.4,\"end\":0.5,\"confidence\":0.8,\"punctuated_word\":\"more.\"}"));
                socket.writeTextMessage(results(true, "", ""));
                socket.writeTextMessage("{\"type\":\"UtteranceEnd\",\"channel\":[0,1],\"last_word_end\":0.5}");
                socket.writeTextMessage(METADATA).onComplete(sent -> socket.close((short) 1000));
            });
        };
    }

    @Test
    void anUtteranceIsAllItsFinalStretchesAndItsWordsAreKept() throws Exception {
        Buffer heard = Buffer.buffer();
        List<String> said = new ArrayList<>();
        server.sockets(understanding(heard, said));
        List<Partial> partials = new ArrayList<>();
        Buffer pcm = Talk.samples(500);
        Transcript transcript = await(talk.hear(engine, pcm, partials));
        assertEquals("Tell me more.", transcript.text());
        assertEquals(
                List.of(
                        new Transcript.Word("Tell", 70, 300, 0.9),
                        new Transcript.Word("me", 300, 400, 0.7),
                        new Transcript.Word("more.", 400, 500, 0.8)),
                transcript.words());
        assertEquals("0.80", "%.2f".formatted(transcript.confidence()));
        assertEquals(
                List.of(
                        new Partial("tell", 0),
                        new Partial("Tell me", 7),
                        new Partial("Tell me moor", 7),
                        new Partial("Tell me more.", 13)),
                partials);
        assertEquals(pcm, heard);
        assertEquals(List.of(CLOSE), said);
        assertEquals(
                "GET /v1/listen?model=m-1&encoding=linear16&sample_rate=16000&channels=1&interim_results=true"
                        + "&punctuate=true&language=en Token secret-key null",
                server.heads.get(0));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("a wrong key", refusal(401, "INVALID_AUTH"), "engine_refused"),
                Arguments.of("a bad request", refusal(400, "Bad Request"), "engine_refused"),
                Arguments.of("too many at once", refusal(429, "TOO_MANY_REQUESTS"), "engine_busy"),
                Arguments.of("a broken server", refusal(503, ""), "engine_failed"),
                Arguments.of("no data in time", socket(ws -> ws.close((short) 1011, "NET-0001")), "engine_unreachable"),
                Arguments.of("bad data", socket(ws -> ws.close((short) 1008, "DATA-0000")), "engine_unreachable"),
                Arguments.of(
                        "a cut",
                        (Handler<HttpServerRequest>)
                                request -> request.connection().close(),
                        "engine_unreachable"),
                Arguments.of(
                        "a cut after results",
                        (Handler<HttpServerRequest>) request -> request.toWebSocket()
                                .compose(ws -> ws.writeTextMessage(results(true, "tell", "")))
                                .onSuccess(sent -> request.connection().close()),
                        "engine_unreachable"),
                Arguments.of("no JSON", socket(ws -> ws.writeTextMessage("hello")), "engine_failed"),
                Arguments.of(
                        "results without a transcript",
                        socket(ws -> ws.writeTextMessage("{\"type\":\"Results\"}")),
                        "engine_failed"),
                Arguments.of(
                        "an error",
                        socket(ws -> ws.writeTextMessage("{\"type\":\"Error\",\"description\":\"x\"}")),
                        "engine_failed"));
    }

    private static Handler<HttpServerRequest> refusal(int status, String error) {
        return request -> request.response()
                .setStatusCode(status)
                .putHeader("dg-error", error)
                .putHeader("dg-request-id", "req-7")
                .end();
    }

    private static Handler<HttpServerRequest> socket(Handler<ServerWebSocket> handler) {
        return request -> request.toWebSocket().onSuccess(handler);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void eachFailureHasItsCodeAndTheNextUtteranceIsUnderstood(
            String name, Handler<HttpServerRequest> handler, String code) throws Exception {
        server.onRequest = handler;
        SpeechFailure failure = Talk.failure(talk.hear(engine, Talk.samples(500), new ArrayList<>()));
        assertEquals(code, failure.code(), failure::getMessage);
        assertFalse(String.valueOf(failure.getMessage()).contains("secret-key"), failure::getMessage);
        server.sockets(understanding(Buffer.buffer(), new ArrayList<>()));
        assertEquals(
                "Tell me more.",
                await(talk.hear(engine, Talk.samples(500), new ArrayList<>())).text());
    }

    @Test
    void aRefusalIsToldInDeepgramsOwnWords() throws Exception {
        server.onRequest = refusal(401, "INVALID_AUTH");
        assertEquals(
                "deepgram answered 401: INVALID_AUTH (request req-7)",
                Talk.failure(talk.hear(engine, Talk.samples(500), new ArrayList<>()))
                        .getMessage());
    }

    @Test
    void silenceAfterTheEndIsGivenUpAtTheDeadline() throws Exception {
        SpeechToText hasty = engine(Duration.ofMillis(300));
        server.sockets(socket -> {});
        assertEquals(
                "engine_timeout",
                Talk.failure(talk.hear(hasty, Talk.samples(500), new ArrayList<>()))
                        .code());
        await(hasty.close());
    }

    @Test
    void anEndBeforeOursIsNoTranscript() throws Exception {
        server.sockets(socket -> socket.writeTextMessage(METADATA));
        Promise<Recognition> begun = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Recognition recognition = engine.recognize();
            recognition.write(Talk.samples(100));
            begun.complete(recognition);
        });
        assertEquals(
                "engine_unreachable",
                Talk.failure(await(begun.future()).transcript()).code());
    }

    @Test
    void aCancelClosesTheSocket() throws Exception {
        Promise<Void> closed = Promise.promise();
        Promise<Void> opened = Promise.promise();
        server.sockets(socket -> {
            socket.closeHandler(gone -> closed.complete());
            opened.complete();
        });
        Promise<Recognition> begun = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> begun.complete(engine.recognize()));
        await(opened.future());
        Recognition recognition = await(begun.future());
        vertx.runOnContext(turn -> recognition.cancel());
        await(closed.future());
    }

    /** Five seconds wait while the socket is not open; what comes then is not taken, and the session says so. */
    @Test
    void whatWaitsForASocketThatDoesNotOpenIsBounded() throws Exception {
        server.onRequest = request -> {};
        Promise<List<Object>> seen = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Recognition recognition = engine.recognize();
            int taken = 0;
            while (taken < 1_000 && recognition.write(Talk.samples(20))) {
                taken++;
            }
            seen.complete(List.of(taken, recognition.queuedMillis()));
            recognition.cancel();
        });
        assertEquals(List.of(250, 5_000), await(seen.future()));
    }
}

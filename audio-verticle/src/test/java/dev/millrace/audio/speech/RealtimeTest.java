package dev.millrace.audio.speech;

import static dev.millrace.audio.speech.Talk.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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

/** OpenAI's Realtime transcription, from a stand-in that speaks as it does and fails as it does. */
@Timeout(60)
class RealtimeTest {

    private static final String CREATED =
            "{\"type\":\"session.created\",\"event_id\":\"e\",\"session\":{\"type\":\"transcription\",\"id\":\"sess_1\"}}";
    private static final String UPDATED = "{\"type\":\"session.updated\",\"event_id\":\"e\",\"session\":{}}";
    private static final String ITEM = "\"event_id\":\"e\",\"item_id\":\"msg_003\",\"content_index\":0,";

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
        return await(Providers.ofSpeechToText().open(vertx, "realtime", Talk.at(server.port(), "/v1", key, deadline)));
    }

    private static String transcription(String kind, String rest) {
        return "{\"type\":\"conversation.item.input_audio_transcription." + kind + "\"," + ITEM + rest + "}";
    }

    /** Answers each message as the API does, the commit with {@code last}. */
    private static Handler<ServerWebSocket> session(List<JsonObject> said, Buffer heard, String... last) {
        return socket -> {
            socket.writeTextMessage(CREATED);
            socket.textMessageHandler(text -> {
                JsonObject message = new JsonObject(text);
                switch (message.getString("type")) {
                    case "session.update" -> {
                        said.add(message);
                        socket.writeTextMessage(UPDATED);
                    }
                    case "input_audio_buffer.append" ->
                        heard.appendBytes(Base64.getDecoder().decode(message.getString("audio")));
                    default -> {
                        said.add(message);
                        socket.writeTextMessage("{\"type\":\"input_audio_buffer.committed\",\"item_id\":\"msg_003\"}");
                        for (String each : last) {
                            socket.writeTextMessage(each);
                        }
                    }
                }
            });
        };
    }

    private static Handler<ServerWebSocket> understanding(List<JsonObject> said, Buffer heard) {
        return session(
                said,
                heard,
                transcription("delta", "\"delta\":\"Hey,\""),
                transcription("delta", "\"delta\":\" can you\""),
                transcription("completed", "\"transcript\":\"Hey, can you hear me?\",\"usage\":{}"));
    }

    @Test
    void anUtteranceIsAppendedAt24000SamplesASecondAndCommittedOnce() throws Exception {
        List<JsonObject> said = new ArrayList<>();
        Buffer heard = Buffer.buffer();
        server.sockets(understanding(said, heard));
        List<Partial> partials = new ArrayList<>();
        assertEquals(
                "Hey, can you hear me?",
                await(talk.hear(engine, Talk.samples(500), partials)).text());
        assertEquals(List.of(new Partial("Hey,", 0), new Partial("Hey, can you", 0)), partials);
        assertTrue(Math.abs(heard.length() - 24_000) <= 4, "half a second has " + heard.length() + " bytes");
        assertEquals(new JsonObject("""
                        {"type":"session.update","session":{"type":"transcription","audio":{"input":{
                          "format":{"type":"audio/pcm","rate":24000},
                          "transcription":{"model":"m-1","language":"en"},
                          "turn_detection":null}}}}"""), said.get(0));
        assertEquals(
                List.of("session.update", "input_audio_buffer.commit"),
                said.stream().map(message -> message.getString("type")).toList());
        assertEquals("GET /v1/realtime?intent=transcription Bearer secret-key null", server.heads.get(0));
    }

    static Stream<Arguments> failures() {
        String mine =
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"code\":\"x\",\"message\":\"m\"}}";
        String theirs = "{\"type\":\"error\",\"error\":{\"type\":\"server_error\",\"message\":\"m\"}}";
        String failed = transcription("failed", "\"error\":{\"type\":\"server_error\",\"message\":\"m\"}");
        return Stream.of(
                Arguments.of(
                        "a wrong key",
                        StandIn.answer(401, "application/json", "{\"error\":{\"message\":\"no\"}}"),
                        "engine_refused"),
                Arguments.of("a wrong model", socket(ws -> ws.writeTextMessage(mine)), "engine_refused"),
                Arguments.of(
                        "an error of the server",
                        socket(session(new ArrayList<>(), Buffer.buffer(), theirs)),
                        "engine_failed"),
                Arguments.of(
                        "a transcription that failed",
                        socket(session(new ArrayList<>(), Buffer.buffer(), failed)),
                        "engine_failed"),
                Arguments.of("no JSON", socket(ws -> ws.writeTextMessage("[]")), "engine_failed"),
                Arguments.of("an orderly close", socket(ws -> ws.close((short) 1000)), "engine_unreachable"),
                Arguments.of("an expired session", socket(ws -> ws.close((short) 1001)), "engine_unreachable"),
                Arguments.of(
                        "a cut",
                        (Handler<HttpServerRequest>)
                                request -> request.connection().close(),
                        "engine_unreachable"));
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
        server.sockets(understanding(new ArrayList<>(), Buffer.buffer()));
        assertEquals(
                "Hey, can you hear me?",
                await(talk.hear(engine, Talk.samples(500), new ArrayList<>())).text());
    }

    @Test
    void aSessionThatNeverBeginsOrNeverAnswersIsGivenUpAtTheDeadline() throws Exception {
        SpeechToText hasty = engine(Duration.ofMillis(300));
        for (Handler<ServerWebSocket> silent :
                List.<Handler<ServerWebSocket>>of(socket -> {}, session(new ArrayList<>(), Buffer.buffer()))) {
            server.sockets(silent);
            assertEquals(
                    "engine_timeout",
                    Talk.failure(talk.hear(hasty, Talk.samples(500), new ArrayList<>()))
                            .code());
        }
        await(hasty.close());
    }

    @Test
    void anUtteranceTooShortForACommitIsEmpty() throws Exception {
        server.sockets(socket -> socket.writeTextMessage(CREATED));
        assertEquals(
                "",
                await(talk.hear(engine, Talk.samples(80), new ArrayList<>())).text());
    }
}

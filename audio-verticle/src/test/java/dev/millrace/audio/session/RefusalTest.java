package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.log.MemoryLog;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is refused, who is sent away, and with which code. */
@ExtendWith(VertxExtension.class)
class RefusalTest {

    private Vertx vertx;
    private MemoryLog log;

    @BeforeEach
    void a_log(Vertx given) {
        vertx = given;
        log = House.log(vertx);
    }

    private int listen(SpeechToText ears, SessionLimits limits) throws Exception {
        ScriptedAgent agent = new ScriptedAgent(log, "Yes.", true);
        return House.open(vertx, log, agent, new SpeechEngines(ears, null), limits).port;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"hello\",\"v\":2} | unsupported_version | 1003",
                "{\"type\":\"hello\",\"audio\":{\"in\":{\"encoding\":\"opus\"}}} | unsupported_audio | 4415",
                "{\"type\":\"hello\",\"audio\":{\"out\":{\"rate\":44100}}} | unsupported_audio | 4415",
                "[] | not_json | 1007",
            })
    void what_this_server_cannot_do_ends_the_socket_with_its_code(String hello, String code, int close)
            throws Exception {
        try (VoiceClient client = new VoiceClient(vertx, listen(new ScriptedEars(), House.LIMITS))) {
            client.say(hello);
            JsonObject error = client.await("error");
            assertEquals(code, error.getString("code"));
            assertTrue(error.getBoolean("fatal"));
            assertEquals(close, client.awaitClose());
        }
    }

    @Test
    void a_message_that_is_too_long_closes_the_socket_with_1009() throws Exception {
        try (VoiceClient client = new VoiceClient(vertx, listen(new ScriptedEars(), House.LIMITS))) {
            client.say("{'type':'hello'}").await("session.created");
            client.send(Buffer.buffer(new byte[70_000])); // in two frames
            assertEquals("too_big", client.await("error").getString("code"));
            assertEquals(1009, client.awaitClose());
        }
    }

    @Test
    void a_frame_that_is_too_long_closes_the_socket_with_1009() throws Exception {
        int port = listen(new ScriptedEars(), House.LIMITS);
        var closed = new CompletableFuture<Integer>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                        closed.complete(status);
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .get(20, TimeUnit.SECONDS)
                .sendBinary(ByteBuffer.allocate(70_000), true);
        assertEquals(1009, closed.get(20, TimeUnit.SECONDS));
    }

    @Test
    void one_subject_does_not_get_every_place() throws Exception {
        int port = listen(new ScriptedEars(), House.LIMITS.sessions(9, 1));
        try (VoiceClient first = new VoiceClient(vertx, port)) {
            first.say("{'type':'hello'}").await("session.created");
            try (VoiceClient second = new VoiceClient(vertx, port)) {
                assertEquals("too_many_of_subject", second.await("error").getString("code"));
                assertEquals(4429, second.awaitClose());
            }
        }
    }

    @Test
    void a_node_whose_loop_is_late_takes_no_more_sessions() throws Exception {
        ScriptedEars blocking = new ScriptedEars() {
            @Override
            public Future<Void> warm() {
                try {
                    Thread.sleep(1_000); // somebody else's work on this loop
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Future.succeededFuture();
            }
        };
        int port = listen(blocking, SessionLimits.DEFAULT);
        try (VoiceClient first = new VoiceClient(vertx, port)) {
            first.say("{'type':'hello'}").await("session.created");
            try (VoiceClient second = new VoiceClient(vertx, port)) {
                assertEquals("overloaded", second.await("error").getString("code"));
                assertEquals(1013, second.awaitClose());
            }
        }
    }

    /** Has taken five seconds and is at work on the first of them. */
    private static final class SlowEars implements SpeechToText {

        private final int queuedMs;
        private final boolean full;

        SlowEars(int queuedMs, boolean full) {
            this.queuedMs = queuedMs;
            this.full = full;
        }

        @Override
        public Recognition recognize() {
            Promise<Transcript> transcript = Promise.promise();
            return new Recognition() {
                @Override
                public boolean write(Buffer pcm) {
                    return !full;
                }

                @Override
                public int queuedMillis() {
                    return queuedMs;
                }

                @Override
                public void end() {
                    transcript.tryComplete(Transcript.of("late"));
                }

                @Override
                public void cancel() {
                    transcript.tryComplete(Transcript.of(""));
                }

                @Override
                public Recognition onPartial(Handler<Partial> handler) {
                    return this;
                }

                @Override
                public Future<Transcript> transcript() {
                    return transcript.future();
                }
            };
        }

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public String about() {
            return "slow";
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    /** The client speaks at its own pace, so that nothing waits in between. */
    private static void speak(VoiceClient client, short[] pcm) {
        Buffer bytes = Buffer.buffer();
        for (short sample : pcm) {
            bytes.appendShortLE(sample);
        }
        client.send(bytes.getBytes());
    }

    @Test
    void an_engine_that_is_behind_loses_silence_first() throws Exception {
        try (VoiceClient client = new VoiceClient(vertx, listen(new SlowEars(4_500, false), House.LIMITS))) {
            client.say("{'type':'hello'}");
            speak(client, Voices.once());
            assertEquals("late", client.await("transcript.final").getString("text"));
            JsonObject dropped = client.await("audio.dropped");
            assertEquals("overrun", dropped.getString("reason"));
            // The voice is over at 1200 ms, and all that was lost is behind it.
            assertTrue(dropped.getInteger("from_ms") >= 1_180, dropped::encode);
        }
    }

    @Test
    void an_engine_that_takes_nothing_for_long_ends_the_session_and_it_is_said_what_was_lost() throws Exception {
        try (VoiceClient client =
                new VoiceClient(vertx, listen(new SlowEars(5_000, true), House.LIMITS.overrun(500)))) {
            client.say("{'type':'hello'}");
            speak(client, Voices.twice());
            List<JsonObject> lost = List.of(client.await("audio.dropped"));
            assertEquals("overrun", lost.get(0).getString("reason"));
            assertEquals("overrun", client.await("error").getString("code"));
            assertEquals(4413, client.awaitClose());
        }
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.VoiceCall;
import dev.millrace.app.voice.VoiceCall.Interruption;
import dev.millrace.app.voice.VoiceCall.Outcome;
import dev.millrace.app.voice.VoiceCall.Recorded;
import dev.millrace.app.voice.Wav;
import dev.millrace.auth.Caller;
import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole program, with the engines that it has embedded and nothing scripted: two recordings talk to it. */
@Timeout(180)
class SpokenConversationTest {

    private static final String QUESTION = "what is a gap";
    private static final String INTERRUPTION = "please stop talking now";

    @TempDir
    Path folder;

    private final List<JsonObject> messages = new CopyOnWriteArrayList<>();

    @Test
    void aQuestionIsUnderstoodAnsweredAloudInterruptedAndTheConversationGoesOn() throws Exception {
        try (Server server = Server.start(folder, "--docs", "../docs", "--stt-deadline", "60s")) {
            Outcome outcome = call(server);

            assertEquals("completed", outcome.status());
            JsonObject first = only("transcript.final", 1);
            JsonObject second = only("transcript.final", 2);
            assertEquals(QUESTION, first.getString("text"));
            assertEquals(INTERRUPTION, second.getString("text"));
            assertTrue(index("transcript.partial") < messages.indexOf(first), "no partial before the final");

            JsonObject stop = all("speech.stop").get(0);
            assertEquals("barge_in", stop.getString("reason"));
            long played = stop.getLong("played_ms");
            assertTrue(played > 1_000, stop::encode);
            String answer = only("agent.done", 1).getString("text");
            assertTrue(answer.contains("oldest event"), answer);
            assertTrue(stop.getString("spoken_text").startsWith("A gap is"), stop::encode);
            assertEquals(answer, stop.getString("spoken_text") + stop.getString("unspoken_text"));
            assertTrue(index("speech.pause") < index("speech.stop"), "stopped without a pause");

            long rest = all("speech.end").get(0).getLong("total_ms");
            assertEquals(played + rest, outcome.heard().millis(), 250, "heard of the first answer, and the second");

            List<JsonObject> runs = all("agent.started");
            assertEquals(2, runs.size());
            String conversation = runs.get(0).getString("conversation");
            assertEquals(conversation, runs.get(1).getString("conversation"));
            String history = server.client("ada")
                    .get("/api/chat/sessions/" + conversation)
                    .body()
                    .toString();
            assertTrue(history.indexOf(QUESTION) < history.indexOf(INTERRUPTION), history);
            assertTrue(history.contains(QUESTION), history);
        }
    }

    private Outcome call(Server server) throws Exception {
        Vertx vertx = server.gateway().vertx();
        Interruption interruption = new Interruption(recorded("please-stop-talking-now"), 1_200);
        WebSocketClient sockets = vertx.createWebSocketClient();
        WebSocketConnectOptions where = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .addHeader(
                        "Authorization", "Bearer " + server.token(Caller.DEFAULT_TENANT, "ada", Duration.ofMinutes(5)));
        return Program.await(
                new VoiceCall(vertx, recorded("what-is-a-gap"), interruption, (text, message) -> messages.add(message))
                        .talk(listener -> AudioClient.open(sockets, where, AudioClient.hello(16_000), listener)));
    }

    private static Recorded recorded(String name) {
        return new Recorded(name, Wav.read(Project.file("examples/" + name + ".wav")));
    }

    private List<JsonObject> all(String type) {
        return messages.stream()
                .filter(message -> message.getString("type").equals(type))
                .toList();
    }

    /** The only one of a turn. */
    private JsonObject only(String type, int turn) {
        List<JsonObject> found = all(type).stream()
                .filter(message -> message.getInteger("turn") == turn)
                .toList();
        assertEquals(1, found.size(), () -> type + " of turn " + turn + " in " + messages);
        return found.get(0);
    }

    private int index(String type) {
        return messages.indexOf(all(type).get(0));
    }
}

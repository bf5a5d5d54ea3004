package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.Script;
import dev.millrace.auth.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole process: who interrupts the agent is understood after what was heard of the answer, and not after the rest. */
@Timeout(90)
class HeardTest {

    private static final String ANSWER =
            "The wheel turns all night. The miller sleeps until it stops. Then he wakes up.";

    private static final String HEARD = "The wheel turns";

    @TempDir
    Path folder;

    @Test
    void theNextModelCallSeesOnlyWhatWasHeard() throws Exception {
        Vertx vertx = Vertx.vertx();
        StandIn model = StandIn.start(vertx);
        try (Server server = Server.start(folder, "--model-url", model.url(), "--model", "spoken");
                Talker ada =
                        Talker.at(server.port(), server.token(Caller.DEFAULT_TENANT, "ada", Duration.ofHours(1)))) {
            model.answers(Script.stream(answer(ANSWER)), Script.stream(answer("Indeed.")));
            ada.say("{'type':'hello'}").say("{'type':'text.input','text':'What turns?'}");
            ada.await("agent.done");
            // FreeTTS says where its words end: here "turns" was said, and "all" was not.
            JsonObject mark = ada.await("speech.mark");
            while (mark.getInteger("chars") < HEARD.length()) {
                mark = ada.await("speech.mark");
            }
            assertEquals("word", mark.getString("unit"));
            ada.say("{'type':'playback','speech':1,'played_ms':" + mark.getInteger("at_ms") + ",'state':'paused'}");
            ada.say("{'type':'text.input','text':'Who sleeps?'}");

            JsonObject stop = ada.await("speech.stop");
            assertEquals(HEARD, stop.getString("spoken_text"));
            assertTrue(stop.getBoolean("exact"));
            assertEquals(ANSWER, stop.getString("spoken_text") + stop.getString("unspoken_text"));
            assertEquals(HEARD, ada.await("agent.cancelled").getString("heard_text"));
            assertEquals("Indeed.", ada.await("agent.done").getString("text"));

            model.take();
            JsonArray second = model.take().body().getJsonArray("messages");
            List<String> said = second.stream()
                    .map(JsonObject.class::cast)
                    .filter(message -> !"system".equals(message.getString("role")))
                    .map(message -> message.getString("role") + ": " + message.getString("content"))
                    .toList();
            assertEquals(List.of("user: What turns?", "assistant: " + HEARD, "user: Who sleeps?"), said);
            assertFalse(second.encode().contains("miller"), second::encode);

            String conversation = Objects.requireNonNull(server.client("ada")
                    .get("/api/chat/sessions")
                    .json()
                    .getJsonArray("sessions")
                    .getJsonObject(0)
                    .getString("session"));
            assertEquals(
                    HEARD,
                    server.client("ada")
                            .get("/api/chat/sessions/" + conversation)
                            .json()
                            .getJsonArray("messages")
                            .getJsonObject(1)
                            .getString("text"));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }
}

package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.log.MemoryLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions that have to go on elsewhere, because their node stops or their time on a connection is over. */
@ExtendWith(VertxExtension.class)
class MovingTest {

    private Vertx vertx;
    private MemoryLog log;
    private House old;
    private House other;

    @BeforeEach
    void two_nodes(Vertx given) throws Exception {
        vertx = given;
        log = House.log(vertx);
        old = house(House.LIMITS);
        other = house(House.LIMITS);
    }

    private House house(SessionLimits limits) throws Exception {
        ScriptedAgent agent = new ScriptedAgent(log, "The mill turns. The river runs.", true);
        SpeechEngines engines = new SpeechEngines(new ScriptedEars("what turns"), new ScriptedVoice(""));
        return House.open(vertx, log, agent, engines, limits);
    }

    private static String resume(JsonObject created, JsonObject moving) {
        return new JsonObject()
                .put("type", "hello")
                .put(
                        "resume",
                        new JsonObject()
                                .put("session", created.getString("session"))
                                .put("token", moving.getString("resume_token"))
                                .put("last_event_id", created.getString("id")))
                .encode();
    }

    @Test
    void a_client_that_is_told_to_move_goes_on_elsewhere_in_the_middle_of_a_speech() throws Exception {
        try (VoiceClient here = new VoiceClient(vertx, old.port);
                VoiceClient there = new VoiceClient(vertx, other.port)) {
            here.say("{'type':'text.input','text':'what turns'}");
            JsonObject created = here.await("session.created");
            here.await("speech.begin");

            Future<Void> moved = old.sessions.move(60_000);

            JsonObject moving = here.await("session.moving");
            assertEquals("drain", moving.getString("reason"));
            assertTrue(moving.getLong("deadline_ms") >= 30_000 && moving.getLong("deadline_ms") <= 60_000);
            assertFalse(moved.isComplete());
            there.say(resume(created, moving));
            there.await("session.resumed");
            assertEquals(4409, here.awaitClose());
            moved.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertEquals(2000, there.await("speech.end").getInteger("total_ms"));
        }
    }

    @Test
    void a_client_that_stays_is_sent_away_and_may_come_back_elsewhere() throws Exception {
        try (VoiceClient here = new VoiceClient(vertx, old.port);
                VoiceClient there = new VoiceClient(vertx, other.port)) {
            JsonObject created = here.say("{'type':'hello'}").await("session.created");
            Future<Void> moved = old.sessions.move(1_000);
            JsonObject moving = here.await("session.moving");
            assertEquals("moving", here.await("error").getString("code"));
            assertEquals(1012, here.awaitClose());
            moved.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            there.say(resume(created, moving));
            assertEquals(0, there.await("session.resumed").getInteger("up_sample"));
        }
    }

    @Test
    void a_node_that_just_stops_closes_its_sockets_and_the_session_is_there_to_go_on_with() throws Exception {
        try (VoiceClient here = new VoiceClient(vertx, old.port);
                VoiceClient there = new VoiceClient(vertx, other.port)) {
            JsonObject created = here.say("{'type':'hello'}").await("session.created");
            old.sessions.close();
            assertEquals("stopping", here.await("error").getString("code"));
            assertEquals(1001, here.awaitClose());
            there.say(resume(created, created));
            there.await("session.resumed");
        }
    }

    @Test
    void a_session_that_is_on_one_connection_for_long_is_told_and_goes_on_over_another() throws Exception {
        House strict = house(House.LIMITS.longest(3_000));
        try (VoiceClient here = new VoiceClient(vertx, strict.port);
                VoiceClient again = new VoiceClient(vertx, other.port)) {
            JsonObject created = here.say("{'type':'hello'}").await("session.created");
            JsonObject moving = here.await("session.moving");
            assertEquals("limit", moving.getString("reason"));
            assertEquals("session_limit", here.await("error").getString("code"));
            assertEquals(4410, here.awaitClose());
            again.say(resume(created, moving));
            again.await("session.resumed");
        }
    }
}

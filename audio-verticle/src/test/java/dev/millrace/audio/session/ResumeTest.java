package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.fixture.Phone;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions that are cut off and go on at another node, over one log. */
@ExtendWith(VertxExtension.class)
class ResumeTest {

    private static final String ANSWER = "The mill turns. The river runs.";
    private static final int MOMENTS = 16;
    private static final Caller ADA =
            new Caller("default", "ada", Set.of(Scope.AUDIO), System.currentTimeMillis() + 3_600_000);

    private final SessionLimits limits = House.LIMITS.sessions(100, 100);
    private Vertx vertx;
    private MemoryLog log;
    private ScriptedAgent agent;
    private List<URI> nodes;

    @BeforeEach
    void two_nodes_over_one_log(Vertx given) throws Exception {
        vertx = given;
        log = new MemoryLog(vertx, System::currentTimeMillis, Map.of(), 64 << 20);
        agent = new ScriptedAgent(log, ANSWER, true);
        nodes = List.of(node(ADA, limits), node(ADA, limits));
    }

    private URI node(Caller caller, SessionLimits chosen) throws Exception {
        Happenings told = Happenings.to(log, "main", "aaaaaaaa", System::currentTimeMillis);
        SpeechEngines engines = new SpeechEngines(new ExactEars(vertx, 150), new ScriptedVoice(""));
        Sessions sessions = new Sessions(vertx, log, agent, engines, told.of("audio"), "aaaaaaaa", chosen, null);
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setWebSocketSubProtocols(List.of("audio.v1")))
                .webSocketHandler(socket -> sessions.open(socket, caller));
        int port = server.listen(0)
                .map(HttpServer::actualPort)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        return URI.create("ws://127.0.0.1:" + port + "/");
    }

    private static boolean isAnswered(Phone phone, int turns) {
        return phone.finals().size() >= turns
                && phone.heard("agent.done").stream().anyMatch(done -> done.getInteger("turn") == turns)
                && phone.heard("speech.end").stream().anyMatch(end -> end.getInteger("speech") >= turns);
    }

    @Test
    void cut_off_at_any_moment_every_turn_has_one_transcript_and_the_same_words() {
        Map<Integer, List<String>> whole = new Phone(nodes, "", Voices.twice())
                .call()
                .until("two answers", phone -> isAnswered(phone, 2))
                .finals();
        assertEquals(2, whole.size(), () -> "turns in " + whole);
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ResumeTest seed " + seed);
        long[] moments =
                new Random(seed).longs(MOMENTS, 300, Voices.MILLIS).sorted().toArray();
        // All at once: each has a session of its own, and the moments pass for all alike.
        List<Thread> calls = IntStream.range(0, MOMENTS)
                .mapToObj(i -> new Thread(() -> {
                    Phone phone = new Phone(nodes, "", Voices.twice()).call();
                    phone.until("the moment " + moments[i], each -> each.elapsedMs() >= moments[i])
                            .drop()
                            .until("two answers", each -> isAnswered(each, 2));
                    assertEquals(1, phone.resumed());
                    assertEquals(whole, phone.finals(), () -> "cut off at " + moments[i] + " ms: " + phone.heard);
                    phone.bye();
                }))
                .toList();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        calls.forEach(call -> call.setUncaughtExceptionHandler((thread, cause) -> failures.add(cause)));
        calls.forEach(Thread::start);
        calls.forEach(ResumeTest::join);
        failures.stream().findFirst().ifPresent(cause -> {
            throw new AssertionError(failures.size() + " of " + MOMENTS + " failed", cause);
        });
    }

    private VoiceClient at(int node) {
        return new VoiceClient(vertx, nodes.get(node).getPort());
    }

    private static String resume(JsonObject created, String lastId, String more) {
        return new JsonObject()
                .put("type", "hello")
                .put(
                        "resume",
                        new JsonObject()
                                .put("session", created.getString("session"))
                                .put("token", created.getString("resume_token"))
                                .put("last_event_id", lastId)
                                .mergeIn(new JsonObject(more.replace('\'', '"'))))
                .encode();
    }

    @Test
    void a_speech_goes_on_from_the_last_sentence_that_was_heard() throws Exception {
        try (VoiceClient first = at(0);
                VoiceClient second = at(1)) {
            first.say("{'type':'text.input','text':'what turns'}");
            JsonObject created = first.await("session.created");
            JsonObject mark = first.await("speech.mark");
            assertEquals(15, mark.getInteger("chars"));

            second.say(resume(created, mark.getString("id"), "{'played':{'speech':1,'ms':1100}}"));
            JsonObject resumed = second.await("session.resumed");
            assertEquals(new JsonObject().put("id", 1).put("from_ms", 1000), resumed.getJsonObject("speech"));
            assertEquals(new JsonObject().put("events", 0).put("audio_ms", 0), resumed.getJsonObject("lost"));
            assertEquals(2000, second.await("speech.end").getInteger("total_ms"));
            assertEquals(32_000, second.frames.stream().mapToInt(Buffer::length).sum());
            assertEquals(
                    List.of(ANSWER.length()),
                    second.all.stream()
                            .filter(json -> json.getString("type").equals("speech.mark"))
                            .map(json -> json.getInteger("chars"))
                            .toList());
            assertEquals(1, agent.asked.size());
            assertEquals(List.of(), agent.cancelled);
        }
    }

    @Test
    void who_interrupts_a_speech_that_went_on_elsewhere_is_told_all_that_was_heard() throws Exception {
        try (VoiceClient first = at(0);
                VoiceClient second = at(1)) {
            first.say("{'type':'text.input','text':'what turns'}");
            JsonObject created = first.await("session.created");
            String last = first.await("speech.mark").getString("id");
            second.say(resume(created, last, "{'played':{'speech':1,'ms':1000}}"));
            second.await("session.resumed");
            second.say("{'type':'playback','speech':1,'played_ms':1000,'state':'paused'}");
            second.say("{'type':'text.input','text':'what runs'}");
            assertEquals("The mill turns.", second.await("speech.stop").getString("spoken_text"));
            assertEquals("The mill turns.", second.await("agent.cancelled").getString("heard_text"));
            second.await("agent.started");
            assertEquals(List.of("? what turns", "! The mill turns.", "? what runs"), agent.came);
        }
    }

    @Test
    void whoever_takes_a_session_over_gets_what_he_missed_and_the_old_socket_is_closed() throws Exception {
        try (VoiceClient first = at(0);
                VoiceClient second = at(1)) {
            first.say("{'type':'text.input','text':'what turns'}");
            JsonObject created = first.await("session.created");
            first.await("speech.end");

            second.say(resume(created, created.getString("id"), "{}"));

            assertEquals("taken_over", first.await("error").getString("code"));
            assertEquals(4409, first.awaitClose());
            List<JsonObject> missed = first.all.stream()
                    .filter(json -> json.containsKey("id") && !json.equals(created))
                    .toList();
            JsonObject resumed = second.await("session.resumed");
            assertEquals(missed.size(), resumed.getInteger("replay_count"));
            assertNull(resumed.getValue("speech"));
            second.await("speech.end");
            assertEquals(
                    missed,
                    second.all.stream().filter(json -> json.containsKey("id")).toList());
            // And once more, to the node that had it before.
            try (VoiceClient third = at(0)) {
                third.say(resume(created.put("resume_token", resumed.getString("resume_token")), "1-1", "{}"));
                JsonObject reset = third.await("session.resumed");
                assertTrue(reset.getJsonObject("lost").getInteger("events") > 0, reset::encode);
                assertEquals(4409, second.awaitClose());
            }
        }
    }

    @Test
    void settings_that_were_changed_are_the_same_after_it() throws Exception {
        try (VoiceClient first = at(0);
                VoiceClient second = at(1)) {
            first.say("{'type':'hello','audio':{'in':{'rate':8000,'encoding':'mulaw'}},'vad':{'prefix_ms':310}}");
            JsonObject created = first.await("session.created");
            first.say("{'type':'session.update','vad':{'silence_ms':900},'barge_in':'off'}");
            JsonObject updated = first.await("session.updated");
            second.say(resume(created, updated.getString("id"), "{}"));
            second.await("session.resumed");
            second.say("{'type':'session.update','vad':{'max_turn_s':20}}");
            JsonObject now = second.await("session.updated");
            assertEquals(updated.getJsonObject("vad").copy().put("max_turn_s", 20), now.getJsonObject("vad"));
            assertEquals("off", now.getString("barge_in"));
            assertEquals(310, now.getJsonObject("vad").getInteger("prefix_ms"));
        }
    }

    @Test
    void nobody_else_goes_on_with_a_session_and_nobody_with_one_that_is_over() throws Exception {
        Caller eve = new Caller("default", "eve", Set.of(Scope.AUDIO), ADA.expiresAtMillis());
        int stranger = node(eve, limits).getPort();
        try (VoiceClient first = at(0)) {
            JsonObject created = first.say("{'type':'hello'}").await("session.created");
            refused(stranger, resume(created, "0-0", "{}"), "foreign_session", 4403);
            refused(nodes.get(1).getPort(), resume(created, "0-0", "{'token':'made.up'}"), "foreign_session", 4403);
            refused(
                    nodes.get(1).getPort(),
                    resume(created, "0-0", "{'session':'aud_0123456789abcdef'}"),
                    "no_session",
                    4404);
            first.say("{'type':'bye'}");
            assertEquals(1000, first.awaitClose());
            refused(nodes.get(1).getPort(), resume(created, "0-0", "{}"), "no_session", 4404);
        }
    }

    private void refused(int port, String hello, String code, int close) throws Exception {
        try (VoiceClient client = new VoiceClient(vertx, port)) {
            client.say(hello);
            assertEquals(code, client.await("error").getString("code"));
            assertEquals(close, client.awaitClose());
        }
    }

    @Test
    void a_client_that_does_not_come_back_in_time_finds_the_session_over() throws Exception {
        int port = node(ADA, House.LIMITS.resume(10)).getPort();
        JsonObject created;
        try (VoiceClient first = new VoiceClient(vertx, port)) {
            created = first.say("{'type':'hello'}").await("session.created");
            first.leave();
            assertEquals(1001, first.awaitClose());
        }
        StreamName stream = StreamName.audio(created.getString("session"));
        var last = new CompletableFuture<Entry>();
        vertx.runOnContext(there -> log.tail(stream, EventId.BEGINNING).handler(reading -> {
            if (reading instanceof Entry entry && entry.isLastWord()) {
                last.complete(entry);
            }
        }));
        assertEquals("gone", new JsonObject(last.get(20, TimeUnit.SECONDS).data()).getString("reason"));
        refused(port, resume(created, "0-0", "{}"), "no_session", 4404);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

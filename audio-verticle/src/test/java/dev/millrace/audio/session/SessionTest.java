package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A session over a real socket, with engines and an agent that do what they are told. */
@ExtendWith(VertxExtension.class)
class SessionTest {

    private static final String ANSWER = "The mill turns. The river runs. ```int a;``` And the wheel goes round.";
    private static final Caller ADA =
            new Caller("default", "ada", Set.of(Scope.AUDIO), System.currentTimeMillis() + 3_600_000);

    private final SessionLimits limits = House.LIMITS.sessions(2, 9);
    private Vertx vertx;
    private MemoryLog log;
    private ScriptedEars ears = new ScriptedEars("what turns", "what runs");
    private ScriptedVoice voice = new ScriptedVoice("");
    private ScriptedAgent agent;
    private Happenings told;

    @BeforeEach
    void a_log_and_an_agent(Vertx given) {
        vertx = given;
        log = new MemoryLog(vertx, System::currentTimeMillis, Map.of(), 16 << 20);
        agent = new ScriptedAgent(log, ANSWER, true);
        told = Happenings.to(log, "main", "aaaaaaaa", System::currentTimeMillis);
    }

    @Test
    void the_feed_is_told_of_a_session_of_whom_it_joins_and_of_its_end() throws Exception {
        String conversation = OwnedId.newSession(Owner.of(ADA)).text();
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','conversation':'" + conversation + "'}");
            String session = client.await("session.created").getString("session");
            client.say("{'type':'bye'}");
            assertEquals(1000, client.awaitClose());

            List<JsonObject> events = first(3, StreamName.feed("default", "main"));
            assertEquals(
                    List.of(
                            "dev.millrace.audio.session.started.v1",
                            "dev.millrace.session.member.joined.v1",
                            "dev.millrace.audio.session.ended.v1"),
                    events.stream().map(event -> event.getString("type")).toList());
            assertEquals("audio/" + session, events.get(0).getString("subject"));
            assertEquals(
                    new JsonObject().put("session", conversation).put("member", session),
                    events.get(1).getJsonObject("data"));
            assertEquals("bye", events.get(2).getJsonObject("data").getString("reason"));
        }
    }

    @Test
    void a_session_goes_on_with_the_conversation_that_it_is_given() throws Exception {
        String conversation = OwnedId.newSession(Owner.of(ADA)).text();
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','conversation':'" + conversation + "'}");
            client.await("session.created");
            client.say("{'type':'text.input','text':'what turns'}");
            assertEquals(conversation, client.await("agent.started").getString("conversation"));
            assertEquals(conversation, agent.conversationOf(0));
        }
    }

    private List<JsonObject> first(int count, StreamName stream) throws Exception {
        var enough = new java.util.concurrent.CompletableFuture<List<JsonObject>>();
        List<JsonObject> read = new java.util.ArrayList<>();
        vertx.runOnContext(there -> log.tail(stream, EventId.BEGINNING).handler(reading -> {
            read.add(new JsonObject(reading.data()));
            if (read.size() == count) {
                enough.complete(List.copyOf(read));
            }
        }));
        return enough.get(20, TimeUnit.SECONDS);
    }

    @Test
    void what_is_said_is_understood_asked_answered_and_spoken() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','v':1,'id':'a'}");
            JsonObject created = client.await("session.created");
            assertTrue(created.getString("session").startsWith("aud_"));
            assertEquals(
                    "{\"engine\":\"scripted\",\"demo\":false}",
                    created.getJsonObject("stt").encode());

            client.send(utterance());

            JsonObject started = client.await("user.speech_started");
            assertEquals(1, started.getInteger("turn"));
            assertEquals(300, started.getInteger("at_ms"), 40);
            JsonObject last = client.await("transcript.final");
            assertEquals("what turns", last.getString("text"));
            assertEquals("scripted", last.getString("engine"));
            assertNotNull(client.await("agent.started").getString("run"));
            client.await("speech.begin");
            assertEquals(ANSWER, client.await("agent.done").getString("text"));
            assertEquals(3000, client.await("speech.end").getInteger("total_ms"));

            assertEquals(List.of("The mill turns.", "The river runs.", "And the wheel goes round."), voice.said);
            assertEquals(
                    3 * 32_000, client.frames.stream().mapToInt(Buffer::length).sum());
            // From 300 ms before the first voiced frame to the end of the silence.
            assertEquals(1.4 * Vad.RATE, ears.heardSamples.get(0), 0.15 * Vad.RATE);
            assertEquals("what turns", agent.asked.get(0).message());
            assertEquals(List.of(15, 32, 44, ANSWER.length()), marks(client));
        }
    }

    private static List<Integer> marks(VoiceClient client) {
        return client.all.stream()
                .filter(message -> message.getString("type").equals("speech.mark"))
                .map(message -> message.getInteger("chars"))
                .toList();
    }

    @Test
    void the_record_in_the_log_is_what_was_said_and_ends_with_the_session() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'text.input','text':'what turns'}");
            String session = client.await("session.created").getString("session");
            client.await("speech.end");
            client.say("{'type':'bye','reason':'enough'}");
            assertEquals(1000, client.awaitClose());

            List<Entry> record = finished(StreamName.audio(session)).stream()
                    .filter(entry -> SessionRecord.isTold(entry.type()))
                    .toList();
            List<JsonObject> said = client.all.stream()
                    .filter(message -> message.containsKey("id"))
                    .toList();
            for (int i = 0; i < said.size(); i++) {
                assertEquals(record.get(i).id().toString(), said.get(i).getString("id"));
                assertEquals(record.get(i).type(), said.get(i).getString("type"));
            }
            assertEquals("done", record.get(record.size() - 1).type());
            assertEquals("bye", new JsonObject(record.get(record.size() - 1).data()).getString("reason"));
        }
    }

    @Test
    void who_speaks_up_stops_the_agent_and_is_told_what_was_heard() throws Exception {
        agent = new ScriptedAgent(log, ANSWER + " More.", false);
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','aec':'browser'}").say("{'type':'text.input','text':'what turns'}");
            client.await("speech.mark");
            client.say("{'type':'playback','speech':1,'played_ms':1500,'state':'paused'}");

            client.send(utterance());

            assertEquals(1, client.await("speech.pause").getInteger("speech"));
            JsonObject stop = client.await("speech.stop");
            assertEquals("barge_in", stop.getString("reason"));
            // The first sentence, and of the second, of which half was heard, the words before the one being said.
            int sent = client.frames.size() * 20;
            assertEquals(Math.min(1500, sent), stop.getInteger("played_ms"), 20);
            assertTrue(stop.getString("spoken_text").startsWith("The mill turns."), stop.encode());
            assertTrue(ANSWER.startsWith(stop.getString("spoken_text")), stop.encode());
            String heard = client.await("agent.cancelled").getString("heard_text");
            assertEquals(stop.getString("spoken_text"), heard);
            assertEquals("playback", stop.getString("played_by"));
            assertEquals("what turns", client.await("transcript.final").getString("text"));
            assertEquals(1, agent.cancelled.size());
            client.await("agent.started");
            assertEquals(2, agent.asked.size());
            assertNotNull(agent.conversationOf(1), "the same conversation goes on");
            assertEquals(List.of("? what turns", "! " + heard, "? what turns"), agent.came);
        }
    }

    @Test
    void a_short_noise_pauses_the_agent_and_lets_it_go_on() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','aec':'browser'}").say("{'type':'text.input','text':'what turns'}");
            client.await("speech.begin");

            client.send(concat(silence(300), noise(70), silence(500)));

            client.await("speech.pause");
            assertEquals("false_onset", client.await("speech.resume").getString("reason"));
            assertEquals(3000, client.await("speech.end").getInteger("total_ms"));
        }
    }

    @Test
    void an_engine_that_fails_is_told_and_the_session_goes_on() throws Exception {
        ears = new ScriptedEars(ScriptedEars.FAILS, "what runs");
        voice = new ScriptedVoice("The river runs.");
        try (VoiceClient client = client()) {
            client.send(utterance());
            assertEquals("engine_timeout", client.await("transcript.failed").getString("code"));
            client.say("{'type':'text.input','text':'what turns'}");
            JsonObject stop = client.await("speech.stop");
            assertEquals("error", stop.getString("reason"));
            assertEquals(
                    ANSWER,
                    client.all.stream()
                            .filter(message -> message.getString("type").equals("agent.done"))
                            .findFirst()
                            .orElseThrow()
                            .getString("text"));
            client.say("{'type':'text.input','text':'nobody'}");
            assertEquals("no_agent", client.await("agent.done").getString("finish"));
        }
    }

    @Test
    void audio_is_acknowledged_when_its_turn_is_in_the_record() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','aec':'browser'}");
            client.send(utterance()).send(silence(1500));
            client.await("transcript.final");
            client.say("{'type':'session.update'}");
            client.send(silence(500));
            long upto = client.await("audio.ack").getLong("upto");
            assertTrue(upto > 0 && upto <= 2 * Vad.RATE, "upto " + upto);
        }
    }

    @Test
    void frames_travel_with_headers_in_mu_law_at_eight_kilohertz() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','audio':{'in':{'encoding':'mulaw','rate':8000,'framing':'seq'},"
                    + "'out':{'encoding':'mulaw','rate':8000,'framing':'seq'}}}");
            client.await("session.created");
            byte[] pcm = utterance();
            Buffer coded = Buffer.buffer();
            short[] every = new short[pcm.length / 4];
            for (int i = 0; i < every.length; i++) {
                every[i] = Buffer.buffer(pcm).getShortLE(4 * i);
            }
            Encoding.MULAW.encode(every, 0, every.length, coded);
            for (int at = 0; at < coded.length(); at += 160) {
                client.send(new FrameHeader(FrameHeader.UP, 0, 0, at / 160, at)
                        .toBuffer()
                        .appendBuffer(coded.getBuffer(at, Math.min(coded.length(), at + 160))));
            }
            client.await("transcript.final");
            assertEquals(3000, client.await("speech.end").getInteger("total_ms"), 20);
            Buffer first = client.frames.get(0);
            assertEquals(16 + 160, first.length());
            assertEquals(0x11, first.getUnsignedByte(0));
            assertEquals(1, first.getUnsignedShortLE(2));
            assertEquals(160, client.frames.get(1).getLongLE(8));
        }
    }

    @Test
    void a_hole_in_the_audio_is_said_and_places_stay_places() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','audio':{'in':{'framing':'seq'}}}");
            Buffer voiced = Buffer.buffer(voiced(600));
            client.send(
                    new FrameHeader(FrameHeader.UP, 0, 0, 0, 16_000).toBuffer().appendBuffer(voiced));
            assertEquals(1000, client.await("user.speech_started").getInteger("at_ms"), 40);
            JsonObject dropped = client.await("audio.dropped");
            assertEquals("gap", dropped.getString("reason"));
            assertEquals(0, dropped.getInteger("from_ms"));
            assertEquals(1000, dropped.getInteger("to_ms"));
        }
    }

    @Test
    void audio_that_comes_too_fast_waits_and_nothing_of_it_is_lost() throws Exception {
        try (VoiceClient client = client()) {
            client.send(concat(silence(2000), utterance(), silence(1000)));
            assertEquals(2300, client.await("user.speech_started").getInteger("at_ms"), 40);
            assertEquals("what turns", client.await("transcript.final").getString("text"));
            assertTrue(client.all.stream()
                    .noneMatch(message -> message.getString("type").equals("audio.dropped")));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"nonsense\",\"id\":\"7\"} | bad_field",
                "{\"type\":\"session.update\",\"id\":\"7\",\"vad\":{\"silence_ms\":1}} | bad_field",
                "{\"type\":\"session.update\",\"id\":\"7\",\"wad\":1} | unknown_field"
            })
    void a_wrong_message_is_answered_and_the_session_goes_on(String text, String code) throws Exception {
        try (VoiceClient client = client()) {
            client.say("{'type':'hello'}").say(text);
            JsonObject error = client.await("error");
            assertEquals(code, error.getString("code"));
            assertEquals("7", error.getString("ref"));
            assertFalse(error.getBoolean("fatal"));
            client.say("{'type':'ping','t':42,'id':'8'}");
            assertEquals(42, client.await("pong").getInteger("t"));
            assertEquals("8", client.await("ack").getString("ref"));
        }
    }

    @Test
    void what_cannot_be_understood_closes_the_socket_with_its_code() throws Exception {
        try (VoiceClient client = client()) {
            client.say("{");
            assertEquals("not_json", client.await("error").getString("code"));
            assertEquals(1007, client.awaitClose());
        }
        try (VoiceClient client = client()) {
            client.send(new byte[3]);
            assertEquals("bad_frame", client.await("error").getString("code"));
            assertEquals(4400, client.awaitClose());
        }
        String stranger = OwnedId.newSession(new Owner("default", "eve")).text();
        try (VoiceClient client = client()) {
            client.say("{'type':'hello','conversation':'" + stranger + "'}");
            assertEquals("no_session", client.await("error").getString("code"));
            assertEquals(4404, client.awaitClose());
        }
    }

    @Test
    void a_place_that_is_not_there_is_refused_with_a_time_to_come_back() throws Exception {
        int port = listen(limits);
        try (VoiceClient first = new VoiceClient(vertx, port);
                VoiceClient second = new VoiceClient(vertx, port)) {
            first.say("{'type':'hello'}").await("session.created");
            second.say("{'type':'hello'}").await("session.created");
            try (VoiceClient third = new VoiceClient(vertx, port)) {
                assertEquals("too_many_sessions", third.await("error").getString("code"));
                assertEquals(1013, third.awaitClose());
            }
        }
    }

    @Test
    void a_session_that_is_silent_for_too_long_ends_and_a_muted_one_does_not() throws Exception {
        int port = listen(House.LIMITS.sessions(2, 9).idle(1_000));
        try (VoiceClient muted = new VoiceClient(vertx, port);
                VoiceClient idle = new VoiceClient(vertx, port)) {
            muted.say("{'type':'audio.mute','muted':true}");
            idle.say("{'type':'hello'}");
            assertEquals("idle", idle.await("error").getString("code"));
            assertEquals(4408, idle.awaitClose());
            muted.say("{'type':'ping','t':1}");
            muted.await("pong");
        }
    }

    @Test
    void without_an_engine_of_either_kind_the_socket_says_so() throws Exception {
        int port = listen(new SpeechEngines(null, null), limits);
        try (VoiceClient client = new VoiceClient(vertx, port)) {
            assertEquals("no_engine", client.await("error").getString("code"));
            assertEquals(4500, client.awaitClose());
        }
    }

    @Test
    void without_a_voice_the_answer_is_text() throws Exception {
        int port = listen(new SpeechEngines(ears, null), limits);
        try (VoiceClient client = new VoiceClient(vertx, port)) {
            client.say("{'type':'text.input','text':'what turns'}");
            assertNull(client.await("session.created").getValue("tts"));
            assertEquals(ANSWER, client.await("agent.done").getString("text"));
        }
    }

    private VoiceClient client() throws Exception {
        return new VoiceClient(vertx, listen(limits));
    }

    private int listen(SessionLimits chosen) throws Exception {
        return listen(new SpeechEngines(ears, voice), chosen);
    }

    private int listen(SpeechEngines engines, SessionLimits chosen) throws Exception {
        Sessions sessions = new Sessions(vertx, log, agent, engines, told.of("audio"), "aaaaaaaa", chosen, null);
        HttpServer server = vertx.createHttpServer().webSocketHandler(socket -> sessions.open(socket, ADA));
        return server.listen(0)
                .map(HttpServer::actualPort)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private List<Entry> finished(StreamName stream) throws Exception {
        var ended = new java.util.concurrent.CompletableFuture<Void>();
        List<Entry> entries = new java.util.concurrent.CopyOnWriteArrayList<>();
        vertx.runOnContext(there -> log.tail(stream, EventId.BEGINNING)
                .endHandler(over -> ended.complete(null))
                .handler(reading -> entries.add((Entry) reading)));
        ended.get(20, TimeUnit.SECONDS);
        return entries;
    }

    /** Silence, 600 ms of a voice, and silence: short enough to be sent at once. */
    private static byte[] utterance() {
        return concat(silence(300), voiced(600), silence(700));
    }

    /** A buzz at 120 Hz with its overtones, as vowels are. */
    private static byte[] voiced(int millis) {
        Buffer pcm = Buffer.buffer();
        for (int i = 0; i < millis * 16; i++) {
            double sample = 0;
            for (int h = 1; h <= 25; h++) {
                sample += Math.sin(2 * Math.PI * 120 * h * i / Vad.RATE + h * h) / Math.sqrt(h);
            }
            pcm.appendShortLE((short) (1800 * sample));
        }
        return pcm.getBytes();
    }

    private static byte[] noise(int millis) {
        Random random = new Random(77);
        Buffer pcm = Buffer.buffer();
        for (int i = 0; i < millis * 16; i++) {
            pcm.appendShortLE((short) (2500 * random.nextGaussian()));
        }
        return pcm.getBytes();
    }

    private static byte[] silence(int millis) {
        return new byte[millis * 32];
    }

    private static byte[] concat(byte[]... parts) {
        Buffer whole = Buffer.buffer();
        for (byte[] part : parts) {
            whole.appendBytes(part);
        }
        return whole.getBytes();
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.audio.fixture.Phone;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.Providers;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.auth.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes for audio and an agent, each a process of its own, and Redis. The node that has the sessions is killed, each
 * of them at another moment of its own, and they go on at the other node. {@code -Dkills} says how often, {@code -Dcalls}
 * how many sessions there are each time, {@code -Dseed} when.
 */
@Timeout(1_200)
class AudioDeathTest {

    private static final int KILLS = Integer.getInteger("kills", 1);
    private static final int CALLS = Integer.getInteger("calls", 5);
    private static final String[] FLAGS = {"--max-loop-lag", "60s", "--stt-deadline", "60s"};

    /** Where the second question begins; by then the first is being answered, or was. */
    private static final int SECOND_MS = 6_500;

    private static final int MILLIS = 9_500;

    @TempDir
    Path folder;

    @Test
    void aSessionKilledWithItsNodeHasOneTranscriptOfEachTurnWithTheSameWords() throws Exception {
        short[] speech = speech();
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("AudioDeathTest seed " + seed + ", " + KILLS + " kills of " + CALLS + " sessions");
        Random random = new Random(seed);
        try (Redis redis = Redis.start(folder);
                Fleet fleet = Fleet.over(redis, folder)) {
            List<Member> nodes = List.of(fleet.begin("audio", FLAGS), fleet.begin("audio", FLAGS));
            fleet.start("agent", "--token-pace", "150"); // so that there are moments of thinking
            nodes.forEach(Member::awaitReady);
            String token = fleet.callers().token(Caller.DEFAULT_TENANT, "ada", Duration.ofHours(1));
            Map<Integer, List<String>> whole = new Phone(uris(nodes, 0), token, speech)
                    .call()
                    .until("two answers", AudioDeathTest::isAnswered)
                    .finals();
            assertEquals(
                    Map.of(1, List.of("how do i change the port"), 2, List.of("how long is a token valid")), whole);
            for (int kill = 0; kill < KILLS; kill++) {
                Member mortal = nodes.get(kill % 2);
                new Doomed(uris(nodes, kill % 2), token, speech, whole).kill(mortal, random);
                if (kill + 1 < KILLS) {
                    mortal.startAgain();
                }
            }
        }
    }

    /** Sessions of one node that is killed. */
    private record Doomed(List<URI> nodes, String token, short[] speech, Map<Integer, List<String>> whole) {

        /** Each begins so long before the end of its node that this is a moment of its own. */
        void kill(Member mortal, Random random) throws Exception {
            long[] moments = random.longs(CALLS, 300, MILLIS).sorted().toArray();
            long longest = moments[CALLS - 1];
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            List<Thread> calls = new ArrayList<>();
            CompletableFuture<Void> killed = new CompletableFuture<>();
            for (long moment : moments) {
                Thread call = new Thread(() -> {
                    LockSupport.parkNanos((longest - moment) * 1_000_000);
                    call(moment, killed);
                });
                call.setUncaughtExceptionHandler((thread, cause) -> failures.add(cause));
                calls.add(call);
                call.start();
            }
            LockSupport.parkNanos(longest * 1_000_000); // this is the moment itself: nothing is waited for
            mortal.kill();
            killed.complete(null);
            for (Thread call : calls) {
                call.join();
            }
            failures.stream().findFirst().ifPresent(cause -> {
                throw new AssertionError(failures.size() + " of " + CALLS + " failed", cause);
            });
        }

        private void call(long moment, CompletableFuture<Void> killed) {
            Phone phone = new Phone(nodes, token, speech).call();
            phone.until("the kill", each -> killed.isDone());
            List<String> before = phone.heard.stream()
                    .map(json -> json.getString("type"))
                    .filter(type -> !type.equals("agent.token") && !type.equals("speech.mark"))
                    .toList();
            phone.until(
                    "two answers",
                    each -> isAnswered(each) && !each.heard("session.resumed").isEmpty());
            System.out.printf("%d ms into a session, after %s%n", moment, before);
            assertEquals(whole, phone.finals(), () -> "killed at " + moment + " ms: " + phone.heard);
            phone.bye();
        }
    }

    private static boolean isAnswered(Phone phone) {
        return phone.finals().size() >= 2
                && phone.heard("agent.done").stream().anyMatch(done -> done.getInteger("turn") == 2);
    }

    private static List<URI> uris(List<Member> nodes, int first) {
        return List.of(uri(nodes.get(first)), uri(nodes.get(1 - first)));
    }

    private static URI uri(Member node) {
        return URI.create("ws://127.0.0.1:" + node.port() + "/api/audio");
    }

    /** Two questions of the demonstration's grammar in the embedded voice, with time for an answer. */
    private static short[] speech() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            TextToSpeech voice = Objects.requireNonNull(Providers.ofTextToSpeech()
                    .open(vertx, "embedded", EngineSettings.within(Duration.ofSeconds(40)))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS));
            short[] pcm = new short[MILLIS * 16];
            say(vertx, voice, "How do I change the port?", pcm, 500);
            say(vertx, voice, "How long is a token valid?", pcm, SECOND_MS);
            return pcm;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static void say(Vertx vertx, TextToSpeech voice, String sentence, short[] pcm, int atMs) throws Exception {
        Buffer spoken = Buffer.buffer();
        CompletableFuture<Void> over = new CompletableFuture<>();
        vertx.runOnContext(there -> {
            var synthesis = voice.synthesize(sentence);
            synthesis.exceptionHandler(over::completeExceptionally);
            synthesis.endHandler(over::complete);
            synthesis.handler(chunk -> spoken.appendBuffer(chunk.pcm()));
        });
        over.get(40, TimeUnit.SECONDS);
        for (int i = 0; 2 * i < spoken.length(); i++) {
            pcm[atMs * 16 + i] = spoken.getShortLE(2 * i);
        }
    }
}

package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred runs, each cut by the death of the node that streamed it and resumed through the same nginx, which then has
 * no other node than the one that is left. Which node streamed a run shows in who is cut; the others go on untouched.
 */
@Timeout(300)
class ResumeElsewhereTest {

    private static final int CUTS = 100;

    /** So many questions for each death; about half of them are on the node that dies. */
    private static final int AT_ONCE = 24;

    /** A run has some seventy events; the death comes when the newest run has had up to so many of them. */
    private static final int LATEST_CUT = 50;

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    private static final HttpClientOptions HTTP_2 = new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setUseAlpn(true)
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false);

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Where each run was cut. */
    private final List<Long> cuts = new ArrayList<>();

    @Test
    void aRunCutAtAnyEventByTheDeathOfItsNodeIsResumedOnTheOtherThroughNginx() throws Exception {
        try (Redis redis = Redis.start(folder);
                Fleet fleet = Fleet.over(redis, folder)) {
            Member first = fleet.begin("chat");
            Member second = fleet.begin("chat");
            Member agent = fleet.begin("agent", "--token-pace", "15");
            List.of(first, second, agent).forEach(Member::awaitReady);
            try (Nginx nginx = Nginx.start(folder, Map.of("chat", List.of(first.port(), second.port())))) {
                SseClient overHttp1 = fleet.client(nginx.port(), "ada");
                SseClient overHttp2 = overHttp1.at(nginx.tlsPort(), HTTP_2);
                String text = overHttp1.ask(QUESTION).awaitEnd().text();
                for (int deaths = 0; cuts.size() < CUTS; deaths++) {
                    Member dying = deaths % 2 == 0 ? first : second;
                    Member staying = deaths % 2 == 0 ? second : first;
                    SseClient client = deaths % 4 < 2 ? overHttp1 : overHttp2;
                    staying.awaitReady();
                    List<SseStream> runs = ask(client);
                    dying.kill();
                    List<SseStream> cut = cut(runs);
                    for (SseStream run : cut) {
                        resume(run, client, fleet.client(staying, "ada"), text);
                    }
                    dying.beginAgain();
                }
            }
        } finally {
            System.out.println("seed " + seed + ", " + cuts.size() + " runs cut after " + cuts);
        }
    }

    /** Begins runs, each when the one before has had some events, and waits until a random event of the last. */
    private List<SseStream> ask(SseClient client) {
        List<SseStream> runs = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            runs.add(patiently(() -> client.ask(QUESTION)).awaitEvents(1 + random.nextInt(4)));
        }
        runs.get(AT_ONCE - 1).awaitEvents(1 + random.nextInt(LATEST_CUT));
        return runs;
    }

    /** For up to two seconds nginx does not know that a node is back, and so has none: it says when to ask again. */
    private static SseStream patiently(Supplier<SseStream> request) {
        SseStream answer = request.get();
        for (int refused = 0; answer.status() == 503 && refused < 5; refused++) {
            assertEquals("no_node", answer.problem().getString("code"));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Long.parseLong(answer.header("Retry-After"))));
            answer = request.get();
        }
        return answer;
    }

    /** Those that were cut, which must not look whole; the others are. */
    private static List<SseStream> cut(List<SseStream> runs) {
        List<SseStream> cut = new ArrayList<>();
        for (SseStream run : runs) {
            if (run.awaitEnd().end() == SseStream.End.RESET) {
                assertTrue(run.data("done").isEmpty(), run::wire);
                cut.add(run);
            } else {
                assertEquals("completed", run.done().getString("status"));
            }
        }
        return cut;
    }

    private void resume(SseStream cut, SseClient client, SseClient direct, String text) {
        SseStream rest = patiently(() -> client.resume(cut.run(), cut.lastId())).awaitEnd();
        String where = "seed " + seed + ", cut after " + cut.lastId();
        assertEquals(200, rest.status(), where);
        assertEquals(SseStream.End.CLEAN, rest.end(), where);
        List<SseEvent> joined = new ArrayList<>(cut.events());
        joined.addAll(rest.events());
        SseStream.assertWhole(joined);
        assertEquals(text, SseStream.appended(joined), where);
        List<String> blocks = new ArrayList<>(cut.eventBlocks());
        blocks.addAll(rest.eventBlocks());
        assertEquals(direct.resume(cut.run(), "0-0").awaitEnd().eventBlocks(), blocks, where);
        cuts.add((long) cut.events().size());
    }
}

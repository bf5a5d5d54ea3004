package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.time.HandClock;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.Register;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A quota of runs")
class QuotaTest {

    private static final Owner ANNA = new Owner("mill", "anna");
    private static final Owner BELA = new Owner("mill", "bela");
    private static final Owner STRANGER = new Owner("forge", "anna");

    private final HandClock clock = new HandClock();
    private final Map<String, Owner> here = new HashMap<>();
    private final Map<String, Owner> elsewhere = new HashMap<>();
    private final List<String> written = new ArrayList<>();

    /** What happens while a run is written into the register. */
    private Runnable meanwhile = () -> {};

    private MemoryLog log;

    @BeforeEach
    void set(Vertx vertx) {
        log = new MemoryLog(vertx, clock::millis, Map.of(), 1 << 20);
    }

    /** Of the others; our own is the test's business. */
    private final class Others implements Register {

        @Override
        public Future<Void> open() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> begun(String run, Owner owner) {
            written.add("+" + run);
            meanwhile.run();
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> withdraw(String run) {
            written.add("-" + run);
            return Future.succeededFuture();
        }

        @Override
        public void over(String run) {}

        @Override
        public Future<Map<String, Owner>> elsewhere() {
            return Future.succeededFuture(elsewhere);
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    private Future<Void> admit(int ofSubject, int ofTenant, Owner owner) {
        Duration any = Duration.ofMinutes(1);
        Limits limits = new Limits(100, any, any, any, 0, ofSubject, ofTenant);
        return new Quota(limits, new Others(), log).admit("run_new", owner, here);
    }

    private void over(String run) {
        Event done = Done.of(Outcome.COMPLETED, "stop", 1, null, new JsonObject(), "");
        Stage.now(log.append(StreamName.run(run), List.of(done), StreamLog.ANYWHERE));
    }

    private static void assertRefused(String whose, int limit, Future<Void> admitted) {
        Refusal refusal = Stage.refusal(admitted);
        assertEquals(429, refusal.status());
        assertEquals("too_many_runs", refusal.code());
        assertEquals(new JsonObject().put("limit", limit).put("limit_of", whose), refusal.more());
    }

    @Test
    @DisplayName("counts a subject's runs on this agent and on all others together, and nobody else's")
    void subject() {
        here.put("run_1", ANNA);
        elsewhere.put("run_2", ANNA);
        elsewhere.put("run_3", BELA);
        here.put("run_4", STRANGER);
        Stage.now(admit(3, 0, ANNA));
        assertRefused("subject", 2, admit(2, 0, ANNA));
        Stage.now(admit(2, 0, BELA));
    }

    @Test
    @DisplayName("counts the runs of all subjects of a tenant together")
    void tenant() {
        here.put("run_1", ANNA);
        elsewhere.put("run_2", BELA);
        elsewhere.put("run_3", STRANGER);
        assertRefused("tenant", 2, admit(2, 2, ANNA));
        Stage.now(admit(2, 3, ANNA));
        Stage.now(admit(2, 2, STRANGER));
    }

    @Test
    @DisplayName("does not count a run that is over, though a register still has it")
    void over() {
        here.put("run_1", ANNA);
        elsewhere.put("run_2", ANNA);
        assertRefused("subject", 2, admit(2, 0, ANNA));
        over("run_2");
        Stage.now(admit(2, 0, ANNA));
        assertRefused("subject", 1, admit(1, 0, ANNA));
        over("run_1");
        Stage.now(admit(1, 0, ANNA));
    }

    @Test
    @DisplayName("leaves no trace of a run that it refuses, so that who is refused keeps nobody else out")
    void refusedLeavesNothing() {
        here.put("run_1", ANNA);
        assertRefused("subject", 1, admit(1, 0, ANNA));
        assertEquals(List.of(), written);
        meanwhile = () -> elsewhere.put("run_2", ANNA);
        assertRefused("subject", 2, admit(2, 0, ANNA));
        assertEquals(List.of("+run_new", "-run_new"), written);
        elsewhere.clear();
        meanwhile = () -> {};
        written.clear();
        Stage.now(admit(2, 0, ANNA));
        assertEquals(List.of("+run_new"), written);
    }

    @Test
    @DisplayName("that is not set counts nothing")
    void unset() {
        for (int i = 0; i < 100; i++) {
            here.put("run_" + i, ANNA);
        }
        Stage.now(admit(0, 0, ANNA));
    }

    @Test
    @DisplayName("refuses a question before anything of it is written")
    void refused(Vertx vertx) {
        Duration any = Duration.ofMinutes(1);
        Stage stage = new Stage(vertx, new Limits(100, any, any, any, 0, 1, 0));
        stage.start(Stage.ask("One?").with());
        int streams = stage.memory.streams();
        assertEquals(
                "too_many_runs",
                stage.refused(Stage.ask("Two?").with().keyed("k", "a")).code());
        assertEquals(streams, stage.memory.streams());
        stage.model.speech().finish("stop");
        stage.start(Stage.ask("Two?").with().keyed("k", "a"));
    }
}

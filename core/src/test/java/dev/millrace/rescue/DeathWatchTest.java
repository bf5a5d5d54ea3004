package dev.millrace.rescue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Event;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes that look at the registers in one log, and the agents that these are of. */
final class DeathWatchTest {

    private static final Owner ANNA = new Owner("mill", "anna");
    private static final String DEAD = "deadbeef";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final MemoryLog log = new MemoryLog(vertx, clock::incrementAndGet, Map.of(), 1 << 20);
    private final Roster roster = new Roster(log);
    private final Set<String> alive = new HashSet<>();
    private final DeathWatch one = watch("node0001");
    private final DeathWatch other = watch("node0002");
    private final String run = OwnedId.newRun(ANNA, DEAD).text();
    private final String session = OwnedId.newSession(ANNA).text();

    private DeathWatch watch(String node) {
        LostRuns lostRuns = new LostRuns(log, clock::get, Happenings.to(log, "main", node, clock::get));
        return new DeathWatch(vertx, log, lostRuns, alive::contains);
    }

    @BeforeEach
    void anAgentHasARunOpen() {
        append(
                StreamName.session(session),
                Message.question("msg_q", "How?", run).toEvent());
        append(
                StreamName.run(run),
                new Status(
                        Step.STARTED,
                        new JsonObject().put("run", run).put("session", session).put("message", "msg_a")));
        append(StreamName.run(run), new Token("So far", 0));
        renew();
        await(roster.enlist(DEAD));
    }

    private void renew() {
        append(StreamName.agent(DEAD), OpenRuns.event(Map.of(run, ANNA)));
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    void aRegisterThatStandsStillForThreeLooksIsOfADeadAgent() {
        for (int i = 0; i < DeathWatch.LOOKS; i++) {
            await(one.look());
            assertFalse(isOver(), "after " + i);
        }
        await(one.look());
        assertEquals(List.of("status", "token", "error", "done"), types(StreamName.run(run)));
        assertEquals(2, types(StreamName.session(session)).size());
        assertEquals(Set.of(), await(roster.tags()));
        assertFalse(await(log.head(StreamName.agent(DEAD))).exists(), "nobody has to look at it again");
    }

    @Test
    void anAgentThatRenewsItsRegisterIsLeftAlone() {
        for (int i = 0; i < 20; i++) {
            await(one.look());
            if (i % DeathWatch.LOOKS == 0) {
                renew();
            }
        }
        assertFalse(isOver());
        assertEquals(Set.of(DEAD), await(roster.tags()));
    }

    @Test
    void anAgentThatIsAMemberIsLeftAloneHoweverStillItIs() {
        alive.add(DEAD);
        for (int i = 0; i < 20; i++) {
            await(one.look());
        }
        assertFalse(isOver());
    }

    @Test
    void aRunIsEndedOnceAndToldOfOnceHoweverManyLook() {
        for (int i = 0; i < 5; i++) {
            await(Future.join(one.look(), other.look()));
        }
        assertEquals(List.of("status", "token", "error", "done"), types(StreamName.run(run)));
        assertEquals(
                List.of("dev.millrace.run.completed.v1", "dev.millrace.session.message.posted.v1"),
                types(StreamName.feed("mill", "main")));
    }

    @Test
    void theRunsOfAMemberThatIsGoneEndSoonerAndTheRegisterStaysForAllLooks() {
        one.suspect(DEAD);
        for (int i = 0; i < DeathWatch.LOOKS_AT_SUSPECTS; i++) {
            await(one.look());
            assertFalse(isOver(), "after " + i);
        }
        await(one.look());
        assertTrue(isOver());
        assertEquals(Set.of(DEAD), await(roster.tags()));
        for (int i = 0; i <= DeathWatch.LOOKS; i++) {
            await(other.look());
        }
        assertEquals(Set.of(), await(roster.tags()));
    }

    @Test
    void whoWasCutOffLeavesAloneWhatTheOthersWrite() {
        one.suspect(DEAD).add(run);
        for (int i = 0; i < 20; i++) {
            await(one.look());
            renew();
        }
        assertFalse(isOver());
    }

    @Test
    void aMemberThatIsBackIsNoSuspectAnyMore() {
        one.suspect(DEAD);
        alive.add(DEAD);
        await(one.look());
        alive.remove(DEAD);
        await(one.look());
        await(one.look());
        assertFalse(isOver());
    }

    @Test
    void aRunThatIsReadAndStandsInNoRegisterEndsToo() {
        append(StreamName.agent(DEAD), OpenRuns.event(Map.of()));
        await(roster.strike(DEAD));
        one.suspect(DEAD).add(run);
        lookAtSuspects();
        assertEquals(List.of("status", "token", "error", "done"), types(StreamName.run(run)));
    }

    @Test
    void whatSomebodyBeganToReadWhileOthersEndedIsEndedByTheNextLook() {
        String late = OwnedId.newRun(ANNA, DEAD).text();
        append(
                StreamName.run(late),
                new Status(
                        Step.STARTED,
                        new JsonObject()
                                .put("run", late)
                                .put("session", session)
                                .put("message", "msg_b")));
        one.suspect(DEAD);
        lookAtSuspects();
        one.suspect(DEAD).add(late);
        await(one.look());
        assertTrue(await(log.head(StreamName.run(late))).closed());
    }

    private void lookAtSuspects() {
        for (int i = 0; i <= DeathWatch.LOOKS_AT_SUSPECTS; i++) {
            await(one.look());
        }
    }

    @Test
    void aRunThatIsOverOrNeverBeganOrWasErasedKeepsNoRegister() {
        append(StreamName.run(run), Done.of(Outcome.COMPLETED, "stop", 7, 1L, new JsonObject(), "So far"));
        String unborn = OwnedId.newRun(ANNA, DEAD).text();
        append(StreamName.agent(DEAD), OpenRuns.event(Map.of(run, ANNA, unborn, ANNA)));
        for (int i = 0; i <= DeathWatch.LOOKS; i++) {
            await(one.look());
        }
        assertEquals(List.of("status", "token", "done"), types(StreamName.run(run)));
        assertEquals(List.of(), types(StreamName.run(unborn)));
        assertEquals(Set.of(), await(roster.tags()));
    }

    @Test
    void anAgentThatGoesInOrderLeavesNoRegister() {
        SharedRegister register = new SharedRegister(vertx, log, "node0003");
        await(register.open());
        assertEquals(Set.of(DEAD, "node0003"), await(roster.tags()));
        await(register.begun(run, ANNA));
        assertEquals(Map.of(run, ANNA), await(OpenRuns.read(log, "node0003")).owners());
        register.over(run);
        await(register.close());
        assertEquals(Set.of(DEAD), await(roster.tags()));
        assertFalse(await(log.head(StreamName.agent("node0003"))).exists());
    }

    @Test
    void anAgentThatGoesWithARunOpenLeavesItToTheOthers() {
        SharedRegister register = new SharedRegister(vertx, log, "node0003");
        await(register.open());
        await(register.begun(run, ANNA));
        await(register.close());
        assertEquals(Map.of(run, ANNA), await(OpenRuns.read(log, "node0003")).owners());
        assertEquals(Set.of(DEAD, "node0003"), await(roster.tags()));
    }

    private boolean isOver() {
        return await(log.head(StreamName.run(run))).closed();
    }

    private List<String> types(StreamName stream) {
        return await(log.all(stream)).stream().map(entry -> entry.type()).toList();
    }

    private void append(StreamName stream, Event event) {
        await(log.append(stream, List.of(event), StreamLog.ANYWHERE));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("takes too long", e);
        }
    }
}

package dev.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Doorbell;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes on one bus. */
@Timeout(60)
final class BusDoorbellTest {

    private static final String ONE = "aaaaaaaa";
    private static final String TWO = "bbbbbbbb";
    private static final String NOBODY = "cccccccc";
    private static final StreamName FEED = StreamName.feed("default", "main");

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final AtomicInteger registrations = new AtomicInteger();
    private final BlockingQueue<Ring> heardByOne = new LinkedBlockingQueue<>();
    private final BlockingQueue<Ring> heardByTwo = new LinkedBlockingQueue<>();
    private final BlockingQueue<StreamName> lostByTwo = new LinkedBlockingQueue<>();
    private BusDoorbell one;
    private BusDoorbell two;

    @BeforeEach
    void open() throws Exception {
        EventBus bus = counting(vertx.eventBus());
        one = new BusDoorbell(bus, ONE, BusDoorbellTest::writer);
        two = new BusDoorbell(bus, TWO, BusDoorbellTest::writer);
        two.onLost(lostByTwo::add);
        await(one.open(log(heardByOne)));
        await(two.open(log(heardByTwo)));
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            sent.add(String.valueOf(delivery.message().address()));
            delivery.next();
        });
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    /** The bus, which counts who registers. */
    private EventBus counting(EventBus bus) {
        return (EventBus) Proxy.newProxyInstance(
                BusDoorbellTest.class.getClassLoader(), new Class<?>[] {EventBus.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("consumer")) {
                        registrations.incrementAndGet();
                    }
                    try {
                        return method.invoke(bus, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The log of a node, of which a doorbell sees no more than this. */
    private static Doorbell log(BlockingQueue<Ring> heard) {
        return (stream, previous, entries) -> heard.add(new Ring(stream, previous, entries));
    }

    private static Optional<String> writer(StreamName stream) {
        return stream.kind() == StreamName.Kind.RUN
                ? Optional.of(stream.id().substring(stream.id().length() - ONE.length()))
                : Optional.empty();
    }

    private static StreamName run(String name, String writer) {
        return StreamName.run("run_" + name + writer);
    }

    private static List<Entry> entries(long seq, String type) {
        return List.of(new Entry(new EventId(seq, 7), type, Buffer.buffer("{\"n\":" + seq + "}")));
    }

    @Test
    void aRunIsRungWhereItIsReadFromItsFirstReaderToItsLast() throws Exception {
        StreamName run = run("x", ONE);
        one.ring(run, EventId.BEGINNING, entries(1, "status"));
        assertEquals(List.of(), List.copyOf(sent), "nobody reads it yet");
        two.opened(run);
        eventually(() -> one.listeners(run) == 1);
        one.ring(run, new EventId(1, 7), entries(2, "token"));
        Ring ring = heard(heardByTwo);
        assertEquals(run, ring.stream());
        assertEquals(new EventId(1, 7), ring.previous());
        assertEquals(entries(2, "token").toString(), ring.entries().toString());
        two.closed(run);
        eventually(() -> one.listeners(run) == 0);
        sent.clear();
        one.ring(run, new EventId(2, 7), entries(3, "token"));
        assertEquals(List.of(), List.copyOf(sent), "nobody reads it any more");
        assertEquals(List.of(), List.copyOf(heardByOne), "who rings has no need to hear it");
        assertEquals(List.of(), List.copyOf(lostByTwo));
    }

    @Test
    void aNodeNeedsNobodyToReadItsOwnRuns() {
        StreamName run = run("x", ONE);
        one.opened(run);
        one.ring(run, EventId.BEGINNING, entries(1, "status"));
        one.closed(run);
        assertEquals(List.of(), List.copyOf(sent));
        assertEquals(0, one.listeners(run));
    }

    @Test
    void theLastWordOfARunEndsItsWatch() throws Exception {
        StreamName run = run("x", ONE);
        two.opened(run);
        eventually(() -> one.listeners(run) == 1);
        one.ring(run, EventId.BEGINNING, entries(1, "done"));
        assertEquals(entries(1, "done").toString(), heard(heardByTwo).entries().toString());
        assertEquals(0, one.listeners(run));
    }

    @Test
    void aRunWhoseWriterIsNotThereIsLost() throws Exception {
        StreamName run = run("x", NOBODY);
        two.opened(run);
        assertEquals(run, lostByTwo.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void whatIsReadFromAMemberThatGoesIsLostAndNothingElse() throws Exception {
        StreamName run = run("x", ONE);
        StreamName left = run("y", ONE);
        StreamName own = run("z", TWO);
        for (StreamName stream : List.of(run, left, own, FEED)) {
            two.opened(stream);
        }
        two.closed(left);
        two.gone(ONE);
        assertEquals(run, lostByTwo.poll(30, TimeUnit.SECONDS));
        assertEquals(List.of(), List.copyOf(lostByTwo));
    }

    @Test
    void aMemberThatIsGoneReadsNothingAnyMore() throws Exception {
        StreamName run = run("x", ONE);
        two.opened(run);
        eventually(() -> one.listeners(run) == 1);
        one.gone(TWO);
        assertEquals(0, one.listeners(run));
    }

    @Test
    void aFeedIsRungOnEveryNodeThatReadsItWhoeverWrites() throws Exception {
        two.opened(FEED);
        one.ring(FEED, EventId.BEGINNING, entries(1, "a.b"));
        Ring ring = heard(heardByTwo);
        assertEquals(FEED, ring.stream());
        assertEquals(entries(1, "a.b").toString(), ring.entries().toString());
        one.opened(FEED);
        two.ring(FEED, new EventId(1, 7), entries(2, "a.b"));
        assertEquals(2, heard(heardByOne).entries().get(0).id().seq());
        assertEquals(2, heard(heardByTwo).entries().get(0).id().seq());
        two.closed(FEED);
        one.ring(FEED, new EventId(2, 7), entries(3, "a.b"));
        assertEquals(3, heard(heardByOne).entries().get(0).id().seq());
        two.opened(FEED);
        one.ring(FEED, new EventId(3, 7), entries(4, "a.b"));
        assertEquals(4, heard(heardByTwo).entries().get(0).id().seq(), "opened again, and without the third");
    }

    @Test
    void aThousandRunsRegisterNobody() {
        int before = registrations.get();
        for (int i = 0; i < 1_000; i++) {
            two.opened(run("x" + i, ONE));
        }
        eventually(() -> one.listeners(run("x999", ONE)) == 1);
        assertEquals(before, registrations.get());
        two.opened(FEED);
        assertEquals(before + 1, registrations.get());
    }

    private static Ring heard(BlockingQueue<Ring> rings) throws InterruptedException {
        Ring ring = rings.poll(30, TimeUnit.SECONDS);
        assertNotNull(ring, "nothing was heard");
        return ring;
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never came");
            }
            LockSupport.parkNanos(500_000);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}

package dev.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.config.Config;
import com.hazelcast.multimap.MultiMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LastingRegistrationsTest {

    private LastingRegistrations registrations;
    private Vertx vertx;
    private MultiMap<String, Object> kept;

    @BeforeEach
    void join() {
        System.setProperty("hazelcast.logging.type", "slf4j");
        Config alone = new Config()
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false");
        alone.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        alone.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        alone.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        registrations = new LastingRegistrations(alone);
        vertx = await(Vertx.builder().withClusterManager(registrations).buildClustered());
        kept = registrations.getHazelcastInstance().getMultiMap("__vertx.subs");
    }

    @AfterEach
    void leave() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private MessageConsumer<Object> listen(String address) {
        MessageConsumer<Object> consumer = vertx.eventBus().consumer(address, message -> {});
        await(consumer.completion());
        return consumer;
    }

    @Test
    void whatWasTakenAwayIsWrittenAgainAndWhatIsThereStaysAsItIs() {
        listen("news");
        listen("weather");
        Set<Object> before = new TreeSet<>(kept.keySet());
        kept.remove("news");
        await(registrations.restore(vertx));
        assertEquals(before, new TreeSet<>(kept.keySet()));
        assertEquals(1, kept.get("weather").size());
    }

    @Test
    void whatWasTakenBackMeanwhileStaysAway() {
        for (int round = 0; round < 50; round++) {
            List<MessageConsumer<Object>> listening =
                    IntStream.range(0, 10).mapToObj(i -> listen("address-" + i)).toList();
            List<Future<?>> all = new ArrayList<>(List.of(registrations.restore(vertx)));
            listening.forEach(consumer -> all.add(consumer.unregister()));
            all.add(registrations.restore(vertx));
            await(Future.join(all));
            assertEquals(Set.of(), kept.keySet(), "round " + round);
        }
    }
}

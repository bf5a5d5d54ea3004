package dev.millrace.node;

import com.hazelcast.config.Config;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node listens to stays known to the cluster. A part of a cluster that saw the others go takes away what they
 * listen to, entry by entry, and when both parts find each other in the middle of that, some of it is taken away from
 * those who are there. Vert.x writes its own again only when it sees a member go, which may be before that. So each node
 * writes its own again from time to time: what is there already stays as it is, and nobody is told.
 */
final class LastingRegistrations extends HazelcastClusterManager {

    /** An address that nobody is found at for so long is one that its users must outlive anyway. */
    private static final long MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LastingRegistrations.class);

    private final Set<Registration> own = ConcurrentHashMap.newKeySet();

    private volatile boolean left;

    private record Registration(String address, RegistrationInfo info) {}

    LastingRegistrations(Config config) {
        super(config);
    }

    @Override
    public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
        if (!info.localOnly()) {
            own.add(new Registration(address, info));
        }
        super.addRegistration(address, info, promise);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
        own.remove(new Registration(address, info));
        super.removeRegistration(address, info, promise);
    }

    @Override
    public void leave(Completable<Void> promise) {
        left = true;
        super.leave(promise);
    }

    /** From now on, until the node leaves. */
    void keep(Vertx vertx) {
        vertx.setTimer(MILLIS, due -> restore(vertx).onFailure(this::warn).onComplete(done -> {
            if (!left) {
                keep(vertx);
            }
        }));
    }

    /** Who leaves in the middle of it needs no warning. */
    private void warn(Throwable cause) {
        if (!left) {
            LOG.warn("what this node listens to could not be written again", cause);
        }
    }

    /** Writes again what the cluster should know. */
    Future<Void> restore(Vertx vertx) {
        List<Future<?>> restored = new ArrayList<>(List.of(restoreNode(vertx)));
        own.forEach(each -> restored.add(restore(each)));
        return Future.join(restored).mapEmpty();
    }

    /** On a worker: Vert.x holds a lock over it while it cleans up behind a member, for as long as Hazelcast takes. */
    private Future<Void> restoreNode(Vertx vertx) {
        Promise<Void> known = Promise.promise();
        return vertx.executeBlocking(
                        () -> {
                            setNodeInfo(getNodeInfo(), known);
                            return known.future();
                        },
                        false)
                .compose(writing -> writing);
    }

    /** What was taken back while it was written is taken back again. */
    private Future<Void> restore(Registration registration) {
        Promise<Void> written = Promise.promise();
        super.addRegistration(registration.address, registration.info, written);
        return written.future().compose(there -> {
            if (own.contains(registration)) {
                return Future.succeededFuture();
            }
            Promise<Void> gone = Promise.promise();
            super.removeRegistration(registration.address, registration.info, gone);
            return gone.future();
        });
    }
}

package dev.millrace.events;

import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;

/** {@code --roles events}. */
public final class EventsRole implements Role {

    @Override
    public String name() {
        return "events";
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        return Future.succeededFuture(new EventsVerticle(services));
    }
}

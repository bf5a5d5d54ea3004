package dev.millrace.audio;

import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;

/** {@code --roles audio}. */
public final class AudioRole implements Role {

    @Override
    public String name() {
        return "audio";
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        return Future.succeededFuture(new AudioVerticle(services.edge(), services.credentials()));
    }
}

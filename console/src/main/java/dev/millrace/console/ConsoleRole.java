package dev.millrace.console;

import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;

/** {@code --roles console}. */
public final class ConsoleRole implements Role {

    @Override
    public String name() {
        return "console";
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        return Future.succeededFuture(new ConsoleVerticle(services.edge()));
    }
}

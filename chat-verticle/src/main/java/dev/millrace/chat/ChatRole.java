package dev.millrace.chat;

import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;

/** {@code --roles chat}. */
public final class ChatRole implements Role {

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        return Future.succeededFuture(new ChatVerticle(services));
    }
}

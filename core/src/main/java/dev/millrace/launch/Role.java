package dev.millrace.launch;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.List;

/** A part that a process can play: one verticle, its flags, and what it tells a person when it is up. */
public interface Role {

    /** As in {@code --roles}. */
    String name();

    /** An object with picocli annotations: the role's own flags. */
    default Object options() {
        return new NoOptions();
    }

    /** Makes the verticle, from flags that were read by now. It fails with {@link Misuse} for a flag that cannot work. */
    Future<? extends Deployable> verticle(Services services);

    /**
     * The process is about to stop: takes no new work from now on. Called once, on any thread.
     *
     * @param graceMillis how long whoever waits has patience
     * @return completes when the work under way is over
     */
    default Future<Void> drain(long graceMillis) {
        return Future.succeededFuture();
    }

    /** Lines for the person who started the process: a name and a value each. */
    default List<String> about() {
        return List.of();
    }

    /** For a role that has no flags. */
    @picocli.CommandLine.Command
    final class NoOptions {}
}

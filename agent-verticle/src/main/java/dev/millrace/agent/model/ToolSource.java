package dev.millrace.agent.model;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tools that come and go, for who offers them may be down. On the agent's thread. */
public interface ToolSource {

    /** There are none. */
    ToolSource NONE = new ToolSource() {

        @Override
        public void start(Collection<String> taken) {}

        @Override
        public Future<Void> known() {
            return Future.succeededFuture();
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public boolean mayHave(String name) {
            return false;
        }

        @Override
        public Offer offer(@Nullable List<String> wanted) {
            return new Offer(List.of(), List.of());
        }

        @Override
        public Future<?> close() {
            return Future.succeededFuture();
        }
    };

    /**
     * Begins to look for tools, and waits for none.
     *
     * @param taken names that its tools cannot have
     */
    void start(Collection<String> taken);

    /** Completes when it is known for the first time which tools there are; never while one server does not say. */
    Future<Void> known();

    /** Of all tools that were offered once, those too that cannot be called just now. */
    List<String> names();

    /** Whether there is such a tool, or might be: a server that never answered has not said what it offers. */
    boolean mayHave(String name);

    /**
     * What can be called now.
     *
     * @param wanted names of tools; all when null
     */
    Offer offer(@Nullable List<String> wanted);

    /** Nothing is called afterwards. Completes when nothing of it runs any more. */
    Future<?> close();

    /**
     * Tools, and what is missing among them.
     *
     * @param missing the servers that are down and have, or might have, tools that are wanted
     */
    record Offer(List<Tool> tools, List<String> missing) {}
}

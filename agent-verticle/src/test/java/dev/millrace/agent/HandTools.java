package dev.millrace.agent;

import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tools that are there, or are not, as the test says. */
final class HandTools implements ToolSource {

    final List<Tool> there = new ArrayList<>();
    final List<String> down = new ArrayList<>();

    @Override
    public void start(Collection<String> taken) {}

    @Override
    public Future<Void> known() {
        return Future.succeededFuture();
    }

    @Override
    public List<String> names() {
        return there.stream().map(Tool::name).toList();
    }

    @Override
    public boolean mayHave(String name) {
        return !down.isEmpty() || names().contains(name);
    }

    @Override
    public Offer offer(@Nullable List<String> wanted) {
        List<Tool> some = there.stream()
                .filter(tool -> wanted == null || wanted.contains(tool.name()))
                .toList();
        return new Offer(some, List.copyOf(down));
    }

    @Override
    public Future<?> close() {
        return Future.succeededFuture();
    }
}

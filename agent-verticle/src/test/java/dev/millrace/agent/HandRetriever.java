package dev.millrace.agent;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Retriever;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents that hold nothing at first, and then what the test wants. */
final class HandRetriever implements Retriever {

    final List<String> asked = new ArrayList<>();

    Future<List<Passage>> found = Future.succeededFuture(List.of());

    @Nullable
    RuntimeException broken;

    /** The next search takes until this is completed. */
    Promise<List<Passage>> late() {
        Promise<List<Passage>> late = Promise.promise();
        found = late.future();
        return late;
    }

    @Override
    public int documents() {
        return 12;
    }

    @Override
    public Future<List<Passage>> search(String question, int limit) {
        if (broken != null) {
            throw broken;
        }
        asked.add(question);
        return found;
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}

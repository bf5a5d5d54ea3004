package dev.millrace.agent;

import dev.millrace.agent.extractive.Question;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a run answers with: a model, and what it may look into before. */
final class Answering {

    private static final int PASSAGES = 8;

    private final Model model;
    private final Retriever retriever;
    private final Tool search;

    Answering(Model model, Retriever retriever) {
        this.model = model;
        this.retriever = retriever;
        this.search = new SearchDocs(retriever);
    }

    Model model() {
        return model;
    }

    Set<String> toolNames() {
        return Set.of(search.name());
    }

    /** Whether a request that names these tools lets us search. */
    boolean mayRetrieve(@Nullable List<String> tools) {
        return tools == null || tools.contains(search.name());
    }

    /** What a person reads meanwhile. */
    String searching() {
        int documents = retriever.documents();
        return "Searching " + documents + (documents == 1 ? " document" : " documents");
    }

    /** Fails, and does not throw, whatever the retriever does. */
    Future<List<Passage>> retrieve(List<Prompt.Turn> turns) {
        return Future.succeededFuture().compose(now -> retriever.search(Question.searchText(turns), PASSAGES));
    }
}

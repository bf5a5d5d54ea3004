package dev.millrace.agent;

import dev.millrace.agent.extractive.Question;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.time.Clock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run answers with: a model, and what it may look into before. */
final class Answering {

    private static final int PASSAGES = 8;

    private final Model model;
    private final Retriever retriever;
    private final Tool search;
    private final List<Tool> tools;
    private final ToolSource source;

    /**
     * @param further tools, for a model that calls any
     * @param source of more, which come and go; started here
     */
    Answering(Model model, Retriever retriever, Clock clock, List<Tool> further, ToolSource source) {
        this.model = model;
        this.retriever = retriever;
        this.search = new SearchDocs(retriever);
        this.tools = new ArrayList<>(List.of(search));
        if (model.callsTools()) {
            tools.add(new CurrentTime(clock));
            tools.addAll(further);
        }
        this.source = source;
        source.start(tools.stream().map(Tool::name).toList());
    }

    Model model() {
        return model;
    }

    /** All there are; some may not be there just now. */
    List<String> toolNames() {
        List<String> names = new ArrayList<>(tools.stream().map(Tool::name).toList());
        names.addAll(source.names());
        return names;
    }

    boolean mayHave(String tool) {
        return tools.stream().anyMatch(each -> each.name().equals(tool)) || source.mayHave(tool);
    }

    /** Those of these names that are there, in our order; all when there are no names. */
    ToolSource.Offer tools(@Nullable List<String> names) {
        List<Tool> some = new ArrayList<>(tools);
        some.removeIf(tool -> names != null && !names.contains(tool.name()));
        ToolSource.Offer more = source.offer(names);
        some.addAll(more.tools());
        return new ToolSource.Offer(some, more.missing());
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

package dev.millrace.agent;

import dev.millrace.agent.extractive.Question;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.time.Clock;
import dev.millrace.glob.Glob;
import dev.millrace.run.ClientTool;
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
    private final List<String> own;
    private final ToolSource source;
    private final List<Glob> approval;

    /**
     * @param further tools, for a model that calls any
     * @param source of more, which come and go; started here
     * @param approval the names of tools that a person has to allow each time
     */
    Answering(
            Model model, Retriever retriever, Clock clock, List<Tool> further, ToolSource source, List<Glob> approval) {
        this.model = model;
        this.retriever = retriever;
        this.search = new SearchDocs(retriever);
        this.approval = approval;
        this.tools = new ArrayList<>(List.of(search));
        if (model.callsTools()) {
            tools.add(new CurrentTime(clock));
            tools.addAll(further);
        }
        this.source = source;
        this.own = new ArrayList<>(tools.stream().map(Tool::name).toList());
        if (model.callsTools()) {
            own.add(AskUser.NAME);
        }
        source.start(own);
    }

    Model model() {
        return model;
    }

    /** All there are; some may not be there just now. */
    List<String> toolNames() {
        List<String> names = new ArrayList<>(own);
        names.addAll(source.names());
        return names;
    }

    boolean mayHave(String tool) {
        return own.contains(tool) || source.mayHave(tool);
    }

    /**
     * Those of these names that are there, in our order; all when there are no names.
     *
     * @param theirs tools of the front end, which are there whatever the names are
     * @param requests of the run that calls them
     */
    ToolSource.Offer tools(@Nullable List<String> names, List<ClientTool> theirs, Requests requests) {
        List<Tool> some = new ArrayList<>(tools);
        some.add(new AskUser(requests));
        some.removeIf(tool -> names != null && !names.contains(tool.name()));
        ToolSource.Offer more = source.offer(names);
        some.addAll(more.tools());
        theirs.forEach(tool -> some.add(new FrontEndTool(tool, requests)));
        return new ToolSource.Offer(some, more.missing());
    }

    /** Whether a person has to allow each call of the tool, unless the tool is to ask one anyway. */
    boolean needsApproval(String tool) {
        return approval.stream().anyMatch(glob -> glob.matches(tool));
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

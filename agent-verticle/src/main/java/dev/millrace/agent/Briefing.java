package dev.millrace.agent;

import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.event.RunEvent.Artifact;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Warning;
import dev.millrace.run.StartRun;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a model is given beside the conversation: tools to call, or what the documents say. On the run's thread. */
final class Briefing {

    private static final Logger LOG = LoggerFactory.getLogger(Briefing.class);

    private final RunStream stream;
    private final Answering answering;
    private final Calling calling;
    private final Requests requests;
    private final StartRun request;

    Briefing(RunStream stream, Answering answering, Calling calling, Requests requests, StartRun request) {
        this.stream = stream;
        this.answering = answering;
        this.calling = calling;
        this.requests = requests;
        this.request = request;
    }

    /** A model that calls tools searches by itself, when it wants to. Fails as the model or a tool source throws. */
    Future<Prompt> prompt(List<Prompt.Turn> turns) {
        return answering.model().callsTools()
                ? Future.succeededFuture(new Prompt(turns, List.of(), tools(), List.of()))
                : retrieved(turns);
    }

    private List<Tool> tools() {
        ToolSource.Offer offer = answering.tools(request.tools(), request.clientTools(), requests);
        offer.missing().forEach(calling::missing);
        return offer.tools();
    }

    private Future<Prompt> retrieved(List<Prompt.Turn> turns) {
        if (stream.isEnded() || !answering.mayRetrieve(request.tools())) {
            return Future.succeededFuture(new Prompt(turns, List.of()));
        }
        stream.append(Status.of(Step.RETRIEVING, answering.searching()));
        return answering
                .retrieve(turns)
                .recover(cause -> {
                    unsearched(cause);
                    return Future.succeededFuture(List.of());
                })
                .map(passages -> show(new Prompt(turns, passages)));
    }

    /** An answer without documents is better than none, and its reader knows. */
    private void unsearched(Throwable cause) {
        if (!stream.isEnded()) {
            LOG.warn("a run could not search the documents", cause);
            stream.append(new Warning("retrieval_failed", "The documents could not be searched."));
        }
    }

    private Prompt show(Prompt asked) {
        if (!asked.passages().isEmpty()) {
            JsonArray passages = new JsonArray();
            asked.passages().forEach(passage -> passages.add(passage.toJson()));
            stream.append(new Artifact("passages", 1, "passages", "What was found", passages, true));
        }
        return asked;
    }
}

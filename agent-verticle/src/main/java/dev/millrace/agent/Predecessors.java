package dev.millrace.agent;

import dev.millrace.run.Conversation;
import dev.millrace.run.OwnedId;
import io.vertx.core.Future;
import java.util.List;

/** The runs of a conversation that are not over when another begins in it, on this agent and on others. */
final class Predecessors {

    private final String tag;
    private final Roll runs;
    private final Elsewhere elsewhere;

    Predecessors(String tag, Roll runs, Elsewhere elsewhere) {
        this.tag = tag;
        this.runs = runs;
        this.elsewhere = elsewhere;
    }

    /**
     * The ends to wait for, oldest first; none of them fails. Runs that are interrupted have still to say their last word
     * and write their answer.
     */
    List<Future<Void>> ends(Conversation before, boolean interrupt) {
        if (interrupt) {
            Roll.endAll(runs.of(before.openRuns()), Ending.INTERRUPTED);
        }
        return before.openRuns().stream()
                .map(run -> end(run, interrupt))
                .filter(ended -> !ended.isComplete())
                .toList();
    }

    private Future<Void> end(String run, boolean interrupt) {
        Run here = runs.get(run);
        if (here != null) {
            return here.ended();
        }
        if (isOurs(run)) {
            return Future.succeededFuture();
        }
        return interrupt ? elsewhere.cancel(run) : elsewhere.ended(run);
    }

    /** Whether this agent began the run: then it is here, or over. */
    private boolean isOurs(String run) {
        return OwnedId.node(run).equals(tag);
    }

    /** Ends those that other agents have, and completes when they are over. */
    Future<?> endElsewhere(Conversation conversation) {
        return Future.join(conversation.openRuns().stream()
                .filter(run -> !isOurs(run))
                .map(elsewhere::cancel)
                .toList());
    }
}

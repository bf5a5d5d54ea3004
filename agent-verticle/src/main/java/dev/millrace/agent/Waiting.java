package dev.millrace.agent;

import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A run's place behind the others of its session: it shows how many are ahead, each time it moves up. On the run's thread. */
final class Waiting {

    private final RunStream stream;
    private final Runnable turn;
    private int ahead;

    /** @param turn called when nobody is ahead any more; at once when nobody is */
    Waiting(RunStream stream, Runnable turn) {
        this.stream = stream;
        this.turn = turn;
    }

    /** @param before the ends of the runs ahead, none of which fails */
    void behind(List<Future<Void>> before) {
        ahead = before.size();
        proceed();
        before.forEach(end -> end.onComplete(over -> {
            ahead--;
            proceed();
        }));
    }

    private void proceed() {
        if (ahead == 0) {
            turn.run();
        } else {
            String label = ahead == 1 ? "Waiting for the run before" : "Waiting for the runs before";
            stream.append(
                    new Status(Step.QUEUED, new JsonObject().put("label", label).put("position", ahead)));
        }
    }
}

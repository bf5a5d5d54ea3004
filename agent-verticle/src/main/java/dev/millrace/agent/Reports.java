package dev.millrace.agent;

import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.feed.Happenings;
import dev.millrace.feed.RunRef;
import dev.millrace.run.Owner;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import org.jspecify.annotations.Nullable;

/** What the tenant's feed is told of one run. */
final class Reports {

    private final Happenings told;
    private final Owner owner;
    private final RunRef run;

    Reports(Happenings told, StartRun request, Started ids) {
        this.told = told;
        this.owner = request.owner();
        this.run = new RunRef(ids.session(), ids.run(), request.metadata());
    }

    void started() {
        told.runStarted(owner, run);
    }

    void called(String call, String tool, boolean ok, long tookMillis) {
        told.toolFinished(owner, run, call, tool, ok, tookMillis);
    }

    void asked(String request, String kind) {
        told.inputRequired(owner, run, request, kind);
    }

    void completed(Done done, @Nullable Failure failure) {
        told.runCompleted(owner, run, done, failure);
    }
}

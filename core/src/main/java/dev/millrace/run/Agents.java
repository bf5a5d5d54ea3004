package dev.millrace.run;

import io.vertx.core.Future;

/** What edges ask of agents. One agent answers {@link #start}; the others reach whichever agent has the run. */
public interface Agents {

    /** Begins a run, or finds the one its idempotency key stands for. Fails with {@link Refusal}. */
    Future<Started> start(StartRun request);

    /** Asks for a run's end; its stream shows it. Harmless when nobody has the run. */
    Future<Void> cancel(String run);

    /**
     * Says something to a run; its stream shows that it was taken before this completes. The same input again is taken
     * once. Fails with {@link Refusal}, {@link Refusal#runOver} among them.
     */
    Future<Void> input(String run, Input input);

    /** Changes something about a conversation. Fails with {@link Refusal}. */
    Future<Void> amend(Owner owner, String session, Amendment amendment);

    /**
     * The answer of a run was spoken, and its listener heard no more of it than this: so it stands in the conversation from
     * now on, and whatever is asked next is understood after it. Said again it is the same. Nothing happens where the
     * conversation does not have the run, or the text is not how the answer begins.
     */
    Future<Void> heard(String session, String run, String text);

    /** Erases a conversation and its runs, ending those that are not over. */
    Future<Void> erase(Owner owner, String session);
}

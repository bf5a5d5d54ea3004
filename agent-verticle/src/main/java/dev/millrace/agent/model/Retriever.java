package dev.millrace.agent.model;

import io.vertx.core.Future;
import java.util.List;

/** Finds the passages that may answer a question. */
public interface Retriever {

    /** How many documents are searched now. */
    int documents();

    /** The best passages, best first, at most {@code limit}; empty when nothing fits. Never blocks the caller. */
    Future<List<Passage>> search(String question, int limit);

    /** Stops watching and lets go of files and threads. */
    Future<Void> close();
}

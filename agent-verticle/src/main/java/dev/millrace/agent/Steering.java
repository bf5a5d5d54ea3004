package dev.millrace.agent;

import java.util.ArrayList;
import java.util.List;

/** What people say to a model while it answers: it reads it when it is called the next time. On the run's thread. */
final class Steering {

    private final List<String> read = new ArrayList<>();
    private final List<String> waiting = new ArrayList<>();

    void add(String text) {
        waiting.add(text);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What the model is to read now, oldest first. */
    List<String> take() {
        List<String> taken = List.copyOf(waiting);
        read.addAll(taken);
        waiting.clear();
        return taken;
    }

    /** The answer begins anew, with nothing read. */
    void rewind() {
        waiting.addAll(0, read);
        read.clear();
    }
}

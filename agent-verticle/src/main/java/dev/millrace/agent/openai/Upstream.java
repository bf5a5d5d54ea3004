package dev.millrace.agent.openai;

import dev.millrace.circuit.Circuit;
import java.time.Duration;

/** An endpoint, and what we have learned of it. On the agent's thread. */
final class Upstream {

    private static final int FAILURES = 5;
    private static final Duration REST = Duration.ofSeconds(30);

    private final Endpoint endpoint;
    private final Circuit circuit = new Circuit(FAILURES, REST);
    private boolean takesStreamOptions = true;
    private boolean takesTools = true;

    Upstream(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Circuit circuit() {
        return circuit;
    }

    /** It has begun to answer: others need not wait for the end of a long answer to know that it works again. */
    void answers(long now) {
        if (circuit.restMillis(now) > 0) {
            circuit.succeeded();
        }
    }

    /** Whether it can be asked to count tokens; true until it refuses. */
    boolean takesStreamOptions() {
        return takesStreamOptions;
    }

    void refusesStreamOptions() {
        takesStreamOptions = false;
    }

    /** Whether its model can call tools; true until it refuses. */
    boolean takesTools() {
        return takesTools;
    }

    void refusesTools() {
        takesTools = false;
    }
}

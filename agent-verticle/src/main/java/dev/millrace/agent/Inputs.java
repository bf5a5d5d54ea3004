package dev.millrace.agent;

import dev.millrace.run.Input;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes what people say to a run, each input once: it answers a request, or steers. First the run's stream shows it, then
 * it takes effect. On the run's thread.
 */
final class Inputs {

    /** Each stays in memory, and a model reads what steers it with every further call. */
    static final int MOST = 100;

    private final RunStream stream;
    private final Requests requests;
    private final Steering steering;
    private final BooleanSupplier steerable;
    private final Function<String, Future<Void>> note;
    private final Map<String, Future<Void>> taken = new HashMap<>();
    private boolean over;

    /**
     * @param steerable whether the model reads more while it answers
     * @param note writes what steers into the conversation; completes, never fails, when that is settled
     */
    Inputs(
            RunStream stream,
            Requests requests,
            Steering steering,
            BooleanSupplier steerable,
            Function<String, Future<Void>> note) {
        this.stream = stream;
        this.requests = requests;
        this.steering = steering;
        this.steerable = steerable;
        this.note = note;
    }

    /** Completes when it is in the log. Fails with {@link Refusal} when it is not taken, and with what the log says. */
    Future<Void> take(Input input) {
        Future<Void> before = taken.get(input.id());
        if (before != null) {
            return before;
        }
        try {
            return take(input, addressee(input));
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private @Nullable String addressee(Input input) {
        if (over) {
            throw Refusal.runOver();
        }
        if (taken.size() >= MOST) {
            throw new Refusal(409, "too_many_inputs", "The run has taken " + MOST + " inputs, and takes no more.");
        }
        String request = requests.answeredBy(input);
        if (request == null && !steerable.getAsBoolean()) {
            throw new Refusal(
                    409,
                    "not_steerable",
                    "The embedded agent reads nothing while it answers; ask another question in the session.");
        }
        return request;
    }

    private Future<Void> take(Input input, @Nullable String request) {
        Future<Void> stored = stream.append(input.taken(request));
        if (over) {
            return stored; // the log has refused it, and that was the run's end
        }
        if (request == null) {
            steering.add((String) input.value());
            stored = stored.compose(shown -> note.apply((String) input.value()));
        }
        taken.put(input.id(), stored);
        if (request != null) {
            requests.answer(request, input.value());
        }
        return stored;
    }

    /** The run is over. What was taken stays taken. */
    void end() {
        over = true;
        requests.end();
    }
}

package dev.millrace.agent.model;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Something a run can do besides writing text. */
public interface Tool {

    /** The name a request and a model call it by. */
    String name();

    /** What it is good for, and when to call it: a model decides by this. */
    String description();

    /** JSON Schema of the arguments. */
    JsonObject schema();

    /** Whether it waits for a person, who takes longer than a tool may. It sees itself to it that it ends. */
    default boolean waitsForPeople() {
        return false;
    }

    /**
     * Does it, and never blocks. A failed future is a failed tool, not a failed run; its message is for the model.
     *
     * @param id of the call, for a tool that shows people which call it is
     * @param cancellation told when the run has ended or the tool has taken too long
     */
    Future<Result> call(String id, JsonObject arguments, Cancellation cancellation);

    /**
     * What came of it.
     *
     * @param content what the model reads, beside the passages
     * @param passages what an answer may be taken from; each gets a number to name it by
     */
    record Result(JsonObject content, List<Passage> passages) {

        public static Result of(JsonObject content) {
            return new Result(content, List.of());
        }
    }
}

package dev.millrace.agent;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Lets a model ask the person it answers. One for each run. */
final class AskUser implements Tool {

    static final String NAME = "ask_user";

    private final Requests requests;

    AskUser(Requests requests) {
        this.requests = requests;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Asks the person you answer, and waits for what they say. Call it only when you cannot go on without: when"
                + " the question can be meant in several ways, or a decision is theirs to make.";
    }

    @Override
    public JsonObject schema() {
        JsonObject question = new JsonObject().put("type", "string").put("description", "What the person reads.");
        JsonObject form = new JsonObject()
                .put("type", "object")
                .put(
                        "description",
                        "A JSON Schema of type object, when the answer is to be a form with several fields."
                                + " Leave it out for an answer in words.");
        return new JsonObject()
                .put("type", "object")
                .put("properties", new JsonObject().put("question", question).put("schema", form))
                .put("required", new JsonArray().add("question"))
                .put("additionalProperties", false);
    }

    /** The person has until the request expires. */
    @Override
    public boolean waitsForPeople() {
        return true;
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        if (!(arguments.getValue("question") instanceof String question) || question.isBlank()) {
            return Future.failedFuture("ask_user needs \"question\", a text that is not empty.");
        }
        Object schema = arguments.getValue("schema");
        JsonObject details =
                new JsonObject().put("label", question).put("call", id).put("tool", NAME);
        if (schema == null) {
            return answer(requests.ask(Requests.Kind.TEXT, details));
        }
        if (!(schema instanceof JsonObject json)) {
            return Future.failedFuture("ask_user takes as \"schema\" a JSON Schema, which is an object.");
        }
        try {
            return answer(requests.ask(new Form(json), details.put("schema", json)));
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e.getMessage());
        }
    }

    private static Future<Result> answer(Future<Object> said) {
        return said.map(value -> Result.of(new JsonObject().put("answer", value)));
    }
}

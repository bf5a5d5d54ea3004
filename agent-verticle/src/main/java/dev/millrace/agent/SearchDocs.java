package dev.millrace.agent;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Lets a model or a run search the documents itself. */
final class SearchDocs implements Tool {

    static final String NAME = "search_docs";

    private static final int USUALLY = 5;
    private static final int MOST = 20;

    private final Retriever documents;

    SearchDocs(Retriever documents) {
        this.documents = documents;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Searches the documents of this server. Call it for every question that they could answer. Each passage"
                + " that it returns has a number n: write that number in brackets, like [1], behind what you take from it.";
    }

    @Override
    public JsonObject schema() {
        JsonObject query =
                new JsonObject().put("type", "string").put("description", "What to look for, in plain words.");
        JsonObject limit = new JsonObject()
                .put("type", "integer")
                .put("minimum", 1)
                .put("maximum", MOST)
                .put("default", USUALLY)
                .put("description", "How many passages to return at most.");
        return new JsonObject()
                .put("type", "object")
                .put("properties", new JsonObject().put("query", query).put("limit", limit))
                .put("required", new JsonArray().add("query"))
                .put("additionalProperties", false);
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        if (!(arguments.getValue("query") instanceof String query) || query.isBlank()) {
            return Future.failedFuture("search_docs needs \"query\", a text that is not empty.");
        }
        int limit = limit(arguments.getValue("limit", USUALLY));
        if (limit < 0) {
            return Future.failedFuture("search_docs takes as \"limit\" a whole number from 1 to " + MOST + ".");
        }
        return documents.search(query, limit).map(passages -> new Result(new JsonObject(), passages));
    }

    /** Models write 5, 5.0 and sometimes null; -1 for anything that is no whole number in range. */
    private static int limit(@Nullable Object value) {
        if (value == null) {
            return USUALLY;
        }
        double number = value instanceof Number given ? given.doubleValue() : -1;
        return number >= 1 && number <= MOST && number == Math.rint(number) ? (int) number : -1;
    }
}

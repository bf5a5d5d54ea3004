package dev.millrace.agent.model;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Something a run can do besides writing text. */
public interface Tool {

    /** The name a request and a model call it by. */
    String name();

    /** JSON Schema of the arguments. */
    JsonObject schema();

    /** Does it. A failed future is a failed tool, not a failed run. */
    Future<JsonObject> call(JsonObject arguments);
}

package dev.millrace.json;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * The JSON of Vert.x without Jackson's data binding, also where that is on the class path because a library wants it: else
 * Vert.x would load it at every start, and what is wrong with JSON would be said in other words. Found by its service file.
 */
public final class StreamingJson implements JsonFactory {

    @Override
    public JsonCodec codec() {
        return new JacksonCodec();
    }
}

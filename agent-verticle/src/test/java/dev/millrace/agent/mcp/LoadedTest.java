package dev.millrace.agent.mcp;

import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.json.Json;
import io.vertx.core.json.jackson.JacksonCodec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Jackson's data binding, which the SDK brings along,")
class LoadedTest {

    @Test
    @DisplayName("is not what Vert.x reads JSON with")
    void json() {
        assertSame(JacksonCodec.class, Json.CODEC.getClass());
    }
}

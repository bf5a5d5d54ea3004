package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.documents.DocumentIndex;
import dev.millrace.agent.documents.Handbook;
import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
@DisplayName("The tool search_docs")
class SearchDocsTest {

    @Test
    @DisplayName("gives passages, and says which argument is wrong")
    void tool(Vertx vertx, @TempDir Path folder) throws Exception {
        Handbook.writeTo(folder);
        DocumentIndex index = await(DocumentIndex.open(vertx, folder));
        Tool tool = new SearchDocs(index);
        assertEquals("search_docs", tool.name());
        List<Passage> found = await(call(
                        tool, new JsonObject().put("query", "flour storage").put("limit", 1.0)))
                .passages();
        assertEquals(
                List.of("suppliers/flour.md"),
                found.stream().map(Passage::source).toList());
        assertTrue(failure(call(tool, new JsonObject())).contains("query"));
        assertTrue(failure(call(tool, new JsonObject().put("query", 5))).contains("query"));
        for (Object limit : List.of(0, 21, 1.5, "5", true)) {
            JsonObject arguments = new JsonObject().put("query", "flour").put("limit", limit);
            assertTrue(failure(call(tool, arguments)).contains("limit"), () -> "limit " + limit);
        }
        await(index.close());
    }

    private static Future<Tool.Result> call(Tool tool, JsonObject arguments) {
        return tool.call("call_1", arguments, new Cancellation());
    }

    private static String failure(Future<?> future) {
        Exception e = assertThrows(Exception.class, () -> await(future));
        return e + " " + e.getCause();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }
}

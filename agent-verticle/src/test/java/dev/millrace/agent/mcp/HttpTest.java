package dev.millrace.agent.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A tool server behind HTTP")
class HttpTest {

    private static final JsonObject ARGUMENTS = new JsonObject().put("a", 7);

    @Test
    @DisplayName("is asked at its URL with its headers, and its schema reaches the model as it wrote it")
    void tools(Vertx vertx) {
        HttpServer server = HttpServer.start(vertx, 0, "s1", HttpServer.tool("grind"), HttpServer.tool("unknown"));
        try (Bench bench = new Bench(vertx, Map.of("http", server.address()))) {
            Tool grind = bench.untilAllAreThere().tools().get(0);
            assertEquals("grind", grind.description(), "it has none");
            assertEquals(HttpServer.tool("grind").getJsonObject("inputSchema"), grind.schema());
            assertEquals(new JsonObject().put("text", "{\"given\":{\"a\":7}}"), bench.call("grind", ARGUMENTS));
            assertEquals("There is no such thing.", bench.failure("unknown"));
        }
        assertTrue(server.asked.contains("POST /tools/mcp?v=2 Bearer rye"), server.asked.toString());
        assertTrue(server.asked.stream().allMatch(line -> line.endsWith(" /tools/mcp?v=2 Bearer rye")));
        assertTrue(server.asked.contains("DELETE /tools/mcp?v=2 Bearer rye"), "the session is ended");
    }

    @Test
    @DisplayName("is told when a call is cancelled")
    void cancelled(Vertx vertx) {
        HttpServer server = HttpServer.start(vertx, 0, "s1", HttpServer.tool("never"));
        try (Bench bench = new Bench(vertx, Map.of("http", server.address()))) {
            bench.untilAllAreThere();
            Cancellation cancellation = new Cancellation();
            Future<Tool.Result> waiting = bench.begin("never", ARGUMENTS, cancellation);
            JsonObject call = heard(vertx, server, "tools/call");
            bench.on(() -> {
                cancellation.cancel();
                return true;
            });
            assertEquals(true, Bench.await(waiting.transform(answer -> Future.succeededFuture(answer.failed()))));
            assertEquals(
                    call.getValue("id"),
                    heard(vertx, server, "notifications/cancelled")
                            .getJsonObject("params")
                            .getValue("requestId"));
        }
    }

    private static JsonObject heard(Vertx vertx, HttpServer server, String method) {
        Promise<JsonObject> heard = Promise.promise();
        vertx.setPeriodic(5, timer -> server.heard.stream()
                .filter(message -> Objects.equals(method, message.getString("method")))
                .findFirst()
                .filter(heard::tryComplete)
                .ifPresent(found -> vertx.cancelTimer(timer)));
        return Bench.await(heard.future());
    }

    @Test
    @DisplayName("that goes away fails its calls, is missing, and is found again, also when it has forgotten us")
    void gone(Vertx vertx) {
        HttpServer server = HttpServer.start(vertx, 0, "s1", HttpServer.tool("grind"));
        try (Bench bench = new Bench(vertx, Map.of("http", server.address()))) {
            bench.untilAllAreThere();
            server.stop();
            assertEquals("The tool server 'http' is not available.", bench.failure("grind"));
            assertEquals(List.of("http"), bench.offer(null).missing());
            HttpServer again = HttpServer.start(vertx, server.port(), "s2", HttpServer.tool("grind"));
            bench.untilAllAreThere();
            assertEquals("{\"given\":{\"a\":7}}", bench.call("grind", ARGUMENTS).getString("text"));
            again.stop();
            HttpServer.start(vertx, server.port(), "s3", HttpServer.tool("grind"));
            assertEquals("The tool server 'http' is not available.", bench.failure("grind"));
            bench.untilAllAreThere();
        }
    }

    @Test
    @DisplayName("shares its names with none: where two would be the same, each has its server's name before it")
    void clash(Vertx vertx) {
        HttpServer one = HttpServer.start(vertx, 0, "s1", HttpServer.tool("grind"), HttpServer.tool("search_docs"));
        HttpServer two = HttpServer.start(vertx, 0, "s1", HttpServer.tool("grind"), HttpServer.tool("sift"));
        Map<String, Address> both = new LinkedHashMap<>();
        both.put("one", one.address());
        both.put("two", two.address());
        try (Bench bench = new Bench(vertx, both)) {
            assertEquals(
                    List.of("one_grind", "one_search_docs", "two_grind", "sift"),
                    Bench.names(bench.untilAllAreThere()));
            one.stop();
            assertEquals("The tool server 'one' is not available.", bench.failure("one_grind"));
            assertEquals(List.of("two_grind", "sift"), Bench.names(bench.offer(null)), "who stays is called as before");
            assertEquals(
                    "{\"given\":{\"a\":7}}", bench.call("two_grind", ARGUMENTS).getString("text"));
        }
    }

    @Test
    @DisplayName("or a program that is not there at all is missing, and the others are there")
    void absent(Vertx vertx) {
        HttpServer server = HttpServer.start(vertx, 0, "s1", HttpServer.tool("grind"));
        Map<String, Address> all = new LinkedHashMap<>();
        all.put("program", new Address.Program("/nowhere/to/be/found", List.of(), Map.of()));
        all.put("http", server.address());
        try (Bench bench = new Bench(vertx, all)) {
            bench.until(offer -> offer.tools().size() == 1);
            assertEquals(List.of("program"), bench.offer(null).missing());
            assertTrue(bench.servers.mayHave("anything"), "it has not said what it has");
            assertEquals(List.of("program"), bench.offer(List.of("anything")).missing());
            assertEquals(List.of(), bench.offer(List.of("grind", "search_docs")).missing());
        }
    }
}

package dev.millrace.agent.mcp;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A program that has a tool server over stdio, says which process that is, and then does not end. */
final class Owner {

    private Owner() {}

    public static void main(String[] args) {
        // A failure ends it, and is read as the end of its output.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, cause) -> Runtime.getRuntime().halt(1));
        Bench bench = new Bench(Vertx.vertx(), Map.of("mill", Bench.stdio(Map.of())));
        bench.untilAllAreThere();
        System.out.println("pid " + bench.call("pid", new JsonObject()).getString("text"));
    }
}

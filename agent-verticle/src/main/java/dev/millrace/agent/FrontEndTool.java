package dev.millrace.agent;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import dev.millrace.run.ClientTool;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** A tool that whoever asked has and runs: a call of it is something that the run asks for. */
final class FrontEndTool implements Tool {

    private final ClientTool declared;
    private final Requests requests;

    FrontEndTool(ClientTool declared, Requests requests) {
        this.declared = declared;
        this.requests = requests;
    }

    @Override
    public String name() {
        return declared.name();
    }

    @Override
    public String description() {
        return declared.description();
    }

    @Override
    public JsonObject schema() {
        return declared.schema();
    }

    /** It may open a dialogue. It has until the request expires. */
    @Override
    public boolean waitsForPeople() {
        return true;
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        JsonObject details =
                new JsonObject().put("call", id).put("tool", name()).put("arguments", arguments);
        return requests.ask(Requests.Kind.TOOL, details)
                .map(output ->
                        Result.of(output instanceof JsonObject json ? json : new JsonObject().put("output", output)));
    }
}

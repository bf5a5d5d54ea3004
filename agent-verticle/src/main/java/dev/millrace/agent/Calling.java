package dev.millrace.agent;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolServerDown;
import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls the tools that a model asks for, all at once, and tells of each what became of it. A tool that fails, that there is
 * none of, that takes too long or that a person does not allow is a result like others: the model reads it and goes on. On
 * the run's thread.
 */
final class Calling {

    /** Hears of each call that is over. */
    interface Told {

        void finished(String call, String tool, boolean ok, long tookMillis);
    }

    static final long DEADLINE_MILLIS = 30_000;

    /** A longer result stands beside the answer, as an artifact. */
    static final int LONGEST_SHOWN = 4 << 10;

    /** A model does not read more of one result. */
    static final int LONGEST_READ = 64 << 10;

    private final Clock clock;
    private final RunStream stream;
    private final Sources sources;
    private final Requests requests;
    private final Predicate<String> needsApproval;
    private final Told told;
    private final Cancellation cancellation = new Cancellation();
    private final Set<String> missing = new HashSet<>();

    /** @param needsApproval of the tools by name, those that a person has to allow each time */
    Calling(
            Clock clock,
            RunStream stream,
            Sources sources,
            Requests requests,
            Predicate<String> needsApproval,
            Told told) {
        this.clock = clock;
        this.stream = stream;
        this.sources = sources;
        this.requests = requests;
        this.needsApproval = needsApproval;
        this.told = told;
    }

    /** Nobody waits any more: tools stop what they do, and nothing is told of them. */
    void cancel() {
        cancellation.cancel();
    }

    /** The tools of this server are not there; said once. */
    void missing(String server) {
        if (missing.add(server)) {
            stream.append(new RunEvent.Warning(
                    "tool_server_unavailable",
                    "The tool server '" + server + "' is not available, and the answer has to do without its tools."));
        }
    }

    /** What the model reads of each, in the order of the calls. Never fails. */
    Future<List<String>> call(List<Delta.ToolCall> calls, List<Tool> tools) {
        List<Future<String>> results = new ArrayList<>();
        requests.together(() -> calls.forEach(call -> results.add(call(call, tools))));
        return Future.join(results)
                .map(done -> results.stream().map(Future::result).toList());
    }

    private Future<String> call(Delta.ToolCall call, List<Tool> tools) {
        JsonObject arguments = parse(call.arguments());
        return arguments != null && asksFor(call.name(), tools)
                ? askAndCall(call, arguments, tools)
                : call(call, arguments, tools);
    }

    private boolean asksFor(String name, List<Tool> tools) {
        Tool tool = find(name, tools);
        return tool != null && !tool.waitsForPeople() && needsApproval.test(name);
    }

    /** Nothing is shown as running before a person has allowed it. */
    private Future<String> askAndCall(Delta.ToolCall call, JsonObject arguments, List<Tool> tools) {
        JsonObject details = new JsonObject().put("label", "May it call " + call.name() + "?");
        return requests.ask(Requests.Kind.APPROVAL, details.mergeIn(of(call)).put("arguments", arguments))
                .compose(allowed -> Boolean.TRUE.equals(allowed)
                        ? Future.succeededFuture()
                        : Future.failedFuture("The person did not allow this call."))
                .transform(asked -> asked.succeeded()
                        ? call(call, arguments, tools)
                        : result(call, Future.failedFuture(asked.cause()), clock.millis()));
    }

    /** While a person is asked, nothing is running: what is asked shows the call. */
    private Future<String> call(Delta.ToolCall call, @Nullable JsonObject arguments, List<Tool> tools) {
        long began = clock.millis();
        Tool tool = find(call.name(), tools);
        if (tool == null || arguments == null || !tool.waitsForPeople()) {
            stream.append(new Status(
                    Step.RUNNING_TOOL, of(call).put("arguments", arguments == null ? call.arguments() : arguments)));
        }
        return work(call, tool, arguments, tools).transform(worked -> result(call, worked, began));
    }

    private static @Nullable Tool find(String name, List<Tool> tools) {
        return tools.stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private Future<String> result(Delta.ToolCall call, AsyncResult<Tool.Result> worked, long began) {
        JsonObject content = worked.succeeded() ? content(worked.result()) : error(worked.cause());
        if (!cancellation.isCancelled()) {
            if (worked.cause() instanceof ToolServerDown down) {
                missing(down.server());
            }
            tell(call, worked.succeeded(), content, clock.millis() - began);
        }
        return Future.succeededFuture(shortened(content.encode()));
    }

    private static JsonObject of(Delta.ToolCall call) {
        return new JsonObject().put("call", call.id()).put("tool", call.name());
    }

    private static @Nullable JsonObject parse(String arguments) {
        try {
            return new JsonObject(arguments);
        } catch (DecodeException | ClassCastException e) {
            return null;
        }
    }

    private Future<Tool.Result> work(
            Delta.ToolCall call, @Nullable Tool tool, @Nullable JsonObject arguments, List<Tool> tools) {
        if (tool == null) {
            return Future.failedFuture("There is no tool '" + call.name() + "'; there is: "
                    + String.join(", ", tools.stream().map(Tool::name).toList()) + ".");
        }
        return arguments == null
                ? Future.failedFuture("The arguments are not a JSON object; call it again.")
                : bounded(call.id(), tool, arguments);
    }

    private Future<Tool.Result> bounded(String call, Tool tool, JsonObject arguments) {
        Promise<Tool.Result> result = Promise.promise();
        Cancellation own = new Cancellation();
        cancellation.onCancel(own::cancel);
        Bell deadline = tool.waitsForPeople()
                ? Bell.NONE
                : clock.in(DEADLINE_MILLIS, () -> {
                    own.cancel();
                    result.tryFail("It took longer than " + DEADLINE_MILLIS / 1_000 + " seconds.");
                });
        own.onCancel(deadline::silence);
        // Whatever it throws is a failed tool as well.
        Future.succeededFuture()
                .compose(now -> tool.call(call, arguments, own))
                .onSuccess(result::tryComplete)
                .onFailure(result::tryFail);
        return result.future().onComplete(over -> deadline.silence());
    }

    private JsonObject content(Tool.Result result) {
        return result.passages().isEmpty() && !result.content().isEmpty()
                ? result.content()
                : result.content().copy().put("passages", sources.number(result.passages()));
    }

    private static JsonObject error(Throwable cause) {
        return new JsonObject().put("error", String.valueOf(cause.getMessage()));
    }

    private void tell(Delta.ToolCall call, boolean ok, JsonObject content, long tookMillis) {
        JsonObject details = of(call).put("ok", ok);
        if (content.encode().length() > LONGEST_SHOWN) {
            stream.append(new RunEvent.Artifact(call.id(), 1, "tool_result", call.name(), content, true));
            details.put("artifact", call.id());
        } else {
            details.put("result", content);
        }
        stream.append(new Status(Step.TOOL_RESULT, details.put("took_ms", tookMillis)));
        told.finished(call.id(), call.name(), ok, tookMillis);
    }

    private static String shortened(String result) {
        return result.length() <= LONGEST_READ ? result : result.substring(0, LONGEST_READ) + "… (cut)";
    }
}

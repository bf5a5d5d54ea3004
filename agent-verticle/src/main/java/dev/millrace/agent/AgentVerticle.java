package dev.millrace.agent;

import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.time.Clock;
import dev.millrace.feed.Happenings;
import dev.millrace.launch.Services;
import dev.millrace.log.StreamLog;
import dev.millrace.run.AgentBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts an agent on the event bus. It only appends; what it appends is read by the edges. */
final class AgentVerticle extends VerticleBase {

    private final Services services;
    private final Limits limits;
    private final Model model;
    private final Retriever retriever;
    private final List<Tool> tools;
    private @Nullable Agent agent;
    private List<MessageConsumer<JsonObject>> consumers = List.of();

    AgentVerticle(Services services, Limits limits, Model model, Retriever retriever, List<Tool> tools) {
        this.services = services;
        this.limits = limits;
        this.model = model;
        this.retriever = retriever;
        this.tools = tools;
    }

    @Override
    public Future<?> start() {
        StreamLog log = services.log();
        Happenings told = services.happenings().of("agent");
        Elsewhere elsewhere = new Elsewhere(log, services.agents(), services.lostRuns());
        Clock clock = Clock.system(vertx);
        Answering answering = new Answering(model, retriever, clock, tools);
        Agent started = new Agent(
                clock,
                log,
                told,
                services.tag(),
                limits,
                answering,
                elsewhere,
                services.lostRuns(),
                services.register());
        agent = started;
        return services.register().open().compose(open -> {
            consumers = AgentBus.serve(vertx.eventBus(), services.tag(), started);
            return Future.join(
                    consumers.stream().map(MessageConsumer::completion).toList());
        });
    }

    /** No new work, then a last word for each run, then the register, the model and the documents. */
    @Override
    public Future<?> stop() {
        Future<?> ended = Future.join(
                        consumers.stream().map(MessageConsumer::unregister).toList())
                .eventually(() -> agent == null ? Future.succeededFuture() : agent.stop())
                .eventually(services.register()::close);
        return ended.eventually(model::close).eventually(retriever::close);
    }
}

package dev.millrace.agent;

import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.time.Clock;
import dev.millrace.glob.Glob;
import dev.millrace.launch.Services;
import dev.millrace.run.AgentBus;
import dev.millrace.run.AgentService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an agent on the event bus. It only appends; what it appends is read by the edges. */
final class AgentVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AgentVerticle.class);

    private final Services services;
    private final Limits limits;
    private final Model model;
    private final Retriever retriever;
    private final List<Tool> tools;
    private final ToolSource servers;
    private final List<Glob> approval;
    private @Nullable Agent agent;
    private @Nullable AgentService service;

    AgentVerticle(
            Services services,
            Limits limits,
            Model model,
            Retriever retriever,
            List<Tool> tools,
            ToolSource servers,
            List<Glob> approval) {
        this.services = services;
        this.limits = limits;
        this.model = model;
        this.retriever = retriever;
        this.tools = tools;
        this.servers = servers;
        this.approval = approval;
    }

    @Override
    public Future<?> start() {
        Surroundings around = new Surroundings(
                Clock.system(vertx),
                services.log(),
                services.tag(),
                services.happenings().of("agent"),
                services.lostRuns(),
                services.register());
        Agent started = new Agent(
                around,
                limits,
                new Answering(model, retriever, around.clock(), tools, servers, approval),
                new Elsewhere(around.log(), services.agents(), around.lostRuns()));
        agent = started;
        return services.register().open().compose(open -> {
            AgentService serving = AgentBus.serve(vertx.eventBus(), services.tag(), started);
            service = serving;
            return serving.registered();
        });
    }

    /** No new runs; completes when those that are there are over. On any thread. */
    Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(here -> {
            AgentService serving = service;
            Agent working = agent;
            if (serving == null || working == null) {
                drained.complete();
                return;
            }
            LOG.info("No new runs; {} are under way", working.runs());
            Future<?> ended = working.drain();
            serving.leaveCalls().eventually(() -> ended).<Void>mapEmpty().onComplete(drained);
        });
        return drained.future();
    }

    /** No new work, then a last word for each run, then the register, the tool servers, the model and the documents. */
    @Override
    public Future<?> stop() {
        AgentService serving = service;
        Agent working = agent;
        Future<?> ended = serving == null || working == null
                ? Future.succeededFuture()
                : serving.close().eventually(working::stop);
        return ended.eventually(services.register()::close)
                .eventually(servers::close)
                .eventually(model::close)
                .eventually(retriever::close);
    }
}

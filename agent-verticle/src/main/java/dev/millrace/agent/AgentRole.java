package dev.millrace.agent;

import dev.millrace.agent.documents.DocumentIndex;
import dev.millrace.agent.extractive.ExtractiveModel;
import dev.millrace.agent.fetch.FetchUrl;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.openai.UpstreamModel;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code --roles agent}. */
public final class AgentRole implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(AgentRole.class);

    /** Those too that other flags turn on. */
    private static final List<String> OWN_TOOLS =
            List.of(SearchDocs.NAME, CurrentTime.NAME, FetchUrl.NAME, AskUser.NAME);

    private final AgentOptions options = new AgentOptions();
    private @Nullable DocumentIndex documents;
    private @Nullable AgentVerticle verticle;

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public Object options() {
        return options;
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        options.check();
        return DocumentIndex.open(services.vertx(), options.docs)
                .recover(cause -> Future.failedFuture(new Misuse(
                        String.valueOf(cause.getMessage()).replaceFirst("\\.$", "") + "; name another with --docs")))
                .compose(AgentRole::warm)
                .compose(index -> verticle(services, index));
    }

    private Future<AgentVerticle> verticle(Services services, DocumentIndex index) {
        Vertx vertx = services.vertx();
        return options.mcp.servers(vertx).compose(servers -> model(vertx, index).map(model -> {
            checkApproval(servers);
            documents = index;
            AgentVerticle made = new AgentVerticle(
                    services,
                    options.limits(),
                    model,
                    index,
                    options.model.tools(vertx),
                    servers,
                    options.model.approval());
            verticle = made;
            return made;
        }));
    }

    /**
     * A misspelt name would leave a tool without the leave that its owner believes it needs. Which tools an MCP server has
     * is not known before it is asked.
     */
    private void checkApproval(ToolSource servers) {
        List<String> unknown = options.model.unknownToApprove(OWN_TOOLS);
        if (!unknown.isEmpty() && servers == ToolSource.NONE) {
            throw new Misuse("--tools-approval has '" + unknown.get(0) + "', and there is no such tool; there is: "
                    + String.join(", ", OWN_TOOLS));
        }
        servers.known().onSuccess(known -> {
            List<String> all = new ArrayList<>(OWN_TOOLS);
            all.addAll(servers.names());
            options.model
                    .unknownToApprove(all)
                    .forEach(name -> LOG.warn(
                            "--tools-approval has '{}', and no tool is called so, not of the MCP servers either; there is:"
                                    + " {}",
                            name,
                            String.join(", ", all)));
        });
    }

    /** The one that the flags name, or else the embedded one. Files are read on a worker. */
    private Future<Model> model(Vertx vertx, DocumentIndex index) {
        return options.model.isSet()
                ? vertx.executeBlocking(() -> new UpstreamModel(vertx, options.model.config(options.maxRuns)))
                : Future.succeededFuture(new ExtractiveModel(vertx, index, options.millisPerToken));
    }

    @Override
    public Future<Void> drain(long graceMillis) {
        AgentVerticle working = verticle;
        return working == null ? Future.succeededFuture() : working.drain();
    }

    /** The first search loads a hundred classes. Whoever asks first shall not wait for that. */
    private static Future<DocumentIndex> warm(DocumentIndex index) {
        return index.search("warm up", 1).transform(warm -> Future.succeededFuture(index));
    }

    @Override
    public List<String> about() {
        DocumentIndex index = documents;
        if (index == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(options.model.about());
        lines.addAll(options.mcp.about());
        lines.add("documents  " + options.docs.toAbsolutePath().normalize() + " (" + index.documents()
                + (index.documents() == 1 ? " document)" : " documents)"));
        return lines;
    }
}

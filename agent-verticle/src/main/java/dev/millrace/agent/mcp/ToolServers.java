package dev.millrace.agent.mcp;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.mcp.Names.Origin;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.time.Clock;
import io.modelcontextprotocol.spec.McpSchema;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tools of all MCP servers that a file lists. A server that is down keeps its names, so that nothing is called
 * otherwise when it comes back.
 */
public final class ToolServers implements ToolSource {

    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Address> addresses;
    private final List<Server> servers = new ArrayList<>();

    /** By the name a model calls it. */
    private final Map<String, Offered> offered = new LinkedHashMap<>();

    private final Promise<Void> known = Promise.promise();
    private List<String> taken = List.of();

    private record Offered(Server server, Tool tool) {}

    ToolServers(Vertx vertx, Clock clock, Map<String, Address> addresses) {
        this.vertx = vertx;
        this.clock = clock;
        this.addresses = addresses;
    }

    /**
     * Reads the file, so not on an event loop. No server is asked yet.
     *
     * @throws IllegalArgumentException with a sentence about what is wrong in the file
     */
    public static ToolServers read(Vertx vertx, Path file) {
        return new ToolServers(vertx, Clock.system(vertx), ServerFile.read(file, System::getenv));
    }

    /** How the file calls them. */
    public Set<String> servers() {
        return addresses.keySet();
    }

    @Override
    public void start(Collection<String> builtIn) {
        taken = List.copyOf(builtIn);
        Context context = vertx.getOrCreateContext();
        addresses.forEach((name, address) -> servers.add(new Server(context, clock, name, address, this::rename)));
        servers.forEach(Server::connect);
    }

    private void rename() {
        Map<Origin, McpSchema.Tool> all = new LinkedHashMap<>();
        Map<String, Server> byName = new HashMap<>();
        for (Server server : servers) {
            byName.put(server.name(), server);
            List<McpSchema.Tool> tools = server.tools();
            if (tools != null) {
                tools.forEach(tool -> all.put(new Origin(server.name(), tool.name()), tool));
            }
        }
        Map<Origin, String> names = Names.of(List.copyOf(all.keySet()), taken);
        offered.clear();
        all.forEach((origin, tool) -> {
            Server server = requireNonNull(byName.get(origin.server()));
            String name = requireNonNull(names.get(origin));
            offered.put(name, new Offered(server, new RemoteTool(name, server, tool)));
        });
        if (servers.stream().allMatch(server -> server.tools() != null)) {
            known.tryComplete();
        }
    }

    @Override
    public Future<Void> known() {
        return known.future();
    }

    @Override
    public List<String> names() {
        return List.copyOf(offered.keySet());
    }

    @Override
    public boolean mayHave(String name) {
        return offered.containsKey(name) || servers.stream().anyMatch(server -> server.tools() == null);
    }

    @Override
    public Offer offer(@Nullable List<String> wanted) {
        List<Tool> tools = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Server server : servers) {
            if (!server.isUp() && mayBeWanted(server, wanted)) {
                missing.add(server.name());
            }
        }
        offered.forEach((name, one) -> {
            if (one.server().isUp() && (wanted == null || wanted.contains(name))) {
                tools.add(one.tool());
            }
        });
        return new Offer(tools, missing);
    }

    private boolean mayBeWanted(Server server, @Nullable List<String> wanted) {
        return wanted == null
                || wanted.stream().anyMatch(name -> {
                    Offered one = offered.get(name);
                    return one == null ? server.tools() == null && !taken.contains(name) : one.server() == server;
                });
    }

    @Override
    public Future<?> close() {
        return Future.join(servers.stream().map(Server::close).toList());
    }
}

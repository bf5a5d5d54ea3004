package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real HAProxy with the project's own {@code deploy/haproxy.cfg}: only ports are others, and its pools have the nodes
 * that the test gives them.
 */
final class Haproxy implements Proxy {

    private static final int ATTEMPTS = 5;
    private static final Pattern SERVER =
            Pattern.compile("server (\\w+)-(\\d) 127\\.0\\.0\\.1:\\d+ (?:check port \\d+|(track \\S+))");

    private final Path folder;
    private final Process process;
    private final int port;
    private final int tlsPort;

    private Haproxy(Path folder, Process process, int port, int tlsPort) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /**
     * Skips the test where there is no HAProxy, and completes when both ports take connections.
     *
     * @param pools by the name of the pool its nodes, one or two, which need not be there yet; a pool that is absent has
     *     nodes that never are
     */
    static Haproxy start(Path folder, Map<String, List<Node>> pools) throws Exception {
        String binary = OnPath.require("haproxy").toString();
        Path home = Files.createTempDirectory(folder, "haproxy");
        Path deploy = Files.createDirectories(home.resolve("deploy"));
        Proxy.certify(Files.createDirectories(deploy.resolve("tls")));
        Files.copy(Project.file("deploy/haproxy-come-back.http"), deploy.resolve("haproxy-come-back.http"));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = Ports.free();
            int tlsPort = Ports.free();
            Files.writeString(deploy.resolve("haproxy.cfg"), configuration(pools, port, tlsPort));
            Process process = new ProcessBuilder(binary, "-f", "deploy/haproxy.cfg")
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("output.txt").toFile())
                    .start();
            if (Proxy.accepts(process, port) && Proxy.accepts(process, tlsPort)) {
                return new Haproxy(home, process, port, tlsPort);
            }
        }
        throw new IOException("HAProxy does not start: " + Files.readString(home.resolve("output.txt")));
    }

    private static String configuration(Map<String, List<Node>> pools, int port, int tlsPort) throws IOException {
        String text = Files.readString(Project.file("deploy/haproxy.cfg"));
        assertEquals(List.of("8080", "8443"), Proxy.found(text, "bind :(\\d+)"), "what is replaced here is there");
        assertEquals(10, Proxy.found(text, "(?m)^ *(server) ").size());
        String listening =
                text.replace("bind :8080", "bind 127.0.0.1:" + port).replace("bind :8443", "bind 127.0.0.1:" + tlsPort);
        return SERVER.matcher(listening).replaceAll(server -> {
            List<Node> nodes = pools.getOrDefault(server.group(1), List.of());
            int index = Integer.parseInt(server.group(2)) - 1;
            Node node = index < nodes.size() ? nodes.get(index) : new Node(1, 1);
            String check = server.group(3) == null ? "check port " + node.managementPort() : server.group(3);
            return Matcher.quoteReplacement(
                    "server " + server.group(1) + "-" + server.group(2) + " 127.0.0.1:" + node.port() + " " + check);
        });
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    @Override
    public String logs() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    @Override
    public void close() {
        Proxy.stop(process);
    }
}

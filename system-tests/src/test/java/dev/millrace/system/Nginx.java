package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A real nginx with the project's own {@code deploy/nginx.conf}: only ports are others, and its pools have the nodes that
 * the test gives them.
 */
final class Nginx implements Proxy {

    private static final int ATTEMPTS = 5;
    private static final Pattern POOL = Pattern.compile("(upstream (\\w+) \\{[^}]*?)((?: *server [^;]+;\\s*)+)");
    private static final Pattern NODE = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    /** Root's nginx would read files as nobody, whom a test's folder is closed to. */
    private static final String FOREGROUND =
            System.getProperty("user.name").equals("root") ? "daemon off; user root;" : "daemon off;";

    private final List<String> command;
    private final Path folder;
    private final Process process;
    private final int port;
    private final int tlsPort;

    private Nginx(List<String> command, Path folder, Process process, int port, int tlsPort) {
        this.command = command;
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /**
     * Skips the test where there is no nginx, and completes when both ports take connections.
     *
     * @param folder an existing folder of the test
     * @param pools by the name of the pool ({@code chat}, {@code audio}, {@code events}) the ports of its nodes, which
     *     need not be there yet; a pool that is absent has one node that never is
     */
    static Nginx start(Path folder, Map<String, List<Integer>> pools) throws Exception {
        String binary = OnPath.require("nginx").toString();
        Path home = Files.createTempDirectory(folder, "nginx");
        Files.createDirectories(home.resolve("deploy/run"));
        Proxy.certify(Files.createDirectories(home.resolve("deploy/tls")));
        for (String part : List.of("console", "clients", "deploy/nginx-console.conf")) {
            Files.createSymbolicLink(home.resolve(part), Project.file(part));
        }
        // As deploy/nginx.conf says to start it.
        List<String> command =
                List.of(binary, "-p", home.toString(), "-e", "deploy/run/nginx-error.log", "-c", "deploy/nginx.conf");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = Ports.free();
            int tlsPort = Ports.free();
            configure(home.resolve("deploy"), port, tlsPort);
            configure(home.resolve("deploy"), pools);
            Process process = run(command, home, "-g", FOREGROUND);
            if (Proxy.accepts(process, port) && Proxy.accepts(process, tlsPort)) {
                return new Nginx(command, home, process, port, tlsPort);
            }
        }
        throw new IOException("nginx does not start: " + Files.readString(home.resolve("deploy/run/nginx-error.log")));
    }

    private static void configure(Path deploy, int port, int tlsPort) throws IOException {
        String text = Files.readString(Project.file("deploy/nginx.conf"));
        assertEquals(
                List.of("8080", "8443"), Proxy.found(text, "(?m)^ *listen (\\d+)"), "what is replaced here is there");
        Files.writeString(
                deploy.resolve("nginx.conf"),
                text.replace("listen 8080", "listen 127.0.0.1:" + port)
                        .replace("listen 8443", "listen 127.0.0.1:" + tlsPort));
    }

    /** Each pool as it is, with other nodes in it. */
    private static void configure(Path deploy, Map<String, List<Integer>> pools) throws IOException {
        String text = Files.readString(Project.file("deploy/nginx-pools.conf"));
        assertEquals(List.of("chat", "audio", "events"), Proxy.found(text, "upstream (\\w+) \\{"));
        String replaced = POOL.matcher(text).replaceAll(pool -> {
            String first = pool.group(3).substring(0, pool.group(3).indexOf(';') + 1);
            List<Integer> nodes = pools.getOrDefault(pool.group(2), List.of(1));
            return Matcher.quoteReplacement(pool.group(1)
                    + nodes.stream()
                            .map(node -> NODE.matcher(first).replaceFirst("127.0.0.1:" + node) + "\n")
                            .collect(Collectors.joining()));
        });
        Files.writeString(deploy.resolve("nginx-pools.conf"), replaced);
    }

    private static Process run(List<String> command, Path home, String... more) throws IOException {
        List<String> all = new java.util.ArrayList<>(command);
        all.addAll(List.of(more));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output.txt").toFile())
                .start();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    /** Other nodes from now on. The old workers keep their streams; this waits for the master to have been told only. */
    void reload(Map<String, List<Integer>> pools) throws Exception {
        configure(folder.resolve("deploy"), pools);
        reload();
    }

    /** The same again, as after a change of the file. */
    void reload() throws Exception {
        Process reload = run(command, folder, "-s", "reload");
        if (reload.waitFor() != 0) {
            throw new IOException(Files.readString(folder.resolve("output.txt")));
        }
    }

    /** What it wrote down of each request. */
    String accessLog() throws IOException {
        return Files.readString(folder.resolve("deploy/run/nginx-access.log"));
    }

    @Override
    public String logs() throws IOException {
        return accessLog() + Files.readString(folder.resolve("deploy/run/nginx-error.log"));
    }

    @Override
    public void close() {
        Proxy.stop(process);
    }
}

package dev.millrace.system;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/** A real Redis in a process of its own, on a port that was free. It keeps nothing on disk. */
final class Redis implements AutoCloseable {

    private static final int ATTEMPTS = 5;

    private final Process process;
    private final int port;

    private Redis(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param flags as redis-server has them, such as {@code --requirepass} */
    static Redis start(Path folder, String... flags) throws IOException {
        String binary = binary();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = freePort();
            List<String> command = new ArrayList<>(
                    List.of(binary, "--port", "" + port, "--bind", "127.0.0.1", "--dir", "" + folder, "--save", ""));
            command.addAll(List.of(flags));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            if (isReady(process)) {
                return new Redis(process, port);
            }
        }
        throw new IOException("Redis does not start");
    }

    /** It says so itself. Somebody may have taken the port between our asking and its binding: then it ends. */
    private static boolean isReady(Process process) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("eady to accept connections")) {
                Thread drain = new Thread(() -> said.lines().forEach(more -> {}), "redis-output");
                drain.setDaemon(true);
                drain.start();
                return true;
            }
        }
        return false;
    }

    /** The one on the PATH, else the one in the jar. */
    private static String binary() throws IOException {
        Optional<Path> onPath = OnPath.find("redis-server");
        if (onPath.isPresent()) {
            return onPath.get().toString();
        }
        File unpacked = ExecutableProvider.newJarResourceProvider().get();
        unpacked.deleteOnExit();
        return unpacked.toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

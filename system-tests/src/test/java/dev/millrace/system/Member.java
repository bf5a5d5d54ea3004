package dev.millrace.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node in a process of its own, which may be killed, suspended, and started again on the same ports. */
final class Member implements AutoCloseable {

    private final Path folder;
    private final Place place;
    private final List<String> args;
    private final int port;
    private final int managementPort;
    private CommandLineProcess process;
    private boolean ready;

    private Member(
            Path folder, Place place, List<String> args, int port, int managementPort, CommandLineProcess process) {
        this.folder = folder;
        this.place = place;
        this.args = args;
        this.port = port;
        this.managementPort = managementPort;
        this.process = process;
    }

    static Member begin(Path folder, List<String> flags) throws IOException {
        return begin(folder, Place.LOOPBACK, flags);
    }

    static Member begin(Path folder, Place place, List<String> flags) throws IOException {
        int port = Ports.free();
        int managementPort = Ports.free();
        List<String> args = new ArrayList<>(flags);
        args.addAll(List.of("--port", "" + port, "--management-port", "" + managementPort));
        args.addAll(List.of("--host", place.equals(Place.LOOPBACK) ? "127.0.0.1" : "0.0.0.0"));
        return new Member(folder, place, args, port, managementPort, launch(folder, place, args));
    }

    private static CommandLineProcess launch(Path folder, Place place, List<String> args) throws IOException {
        return CommandLineProcess.start(folder, Map.of(), place, args.toArray(String[]::new));
    }

    Place place() {
        return place;
    }

    /** Waits until it says that it takes requests; at once when it has said so. */
    Member awaitReady() {
        try {
            if (!ready) {
                process.lineThatBegins("roles");
                ready = true;
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    CommandLineProcess process() {
        return process;
    }

    /** SIGKILL: nothing is said to anybody, and the kernel closes its connections. */
    void kill() {
        process.kill();
    }

    /** SIGTERM. Returns when it has drained and is gone. */
    CommandLineProcess.Result drain() throws Exception {
        return process.terminate().result();
    }

    /** After its end: the same flags, the same ports. */
    void beginAgain() throws IOException {
        ready = false;
        process = launch(folder, place, args);
    }

    void startAgain() throws IOException {
        beginAgain();
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
    }
}

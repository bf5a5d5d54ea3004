package dev.millrace.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node in a process of its own, which may be killed, suspended, and started again on the same ports. */
final class Member implements AutoCloseable {

    private final Path folder;
    private final List<String> args;
    private final int port;
    private final int managementPort;
    private CommandLineProcess process;

    private Member(Path folder, List<String> args, int port, int managementPort, CommandLineProcess process) {
        this.folder = folder;
        this.args = args;
        this.port = port;
        this.managementPort = managementPort;
        this.process = process;
    }

    static Member begin(Path folder, List<String> flags) throws IOException {
        int port = Ports.free();
        int managementPort = Ports.free();
        List<String> args = new ArrayList<>(flags);
        args.addAll(List.of("--port", "" + port, "--management-port", "" + managementPort));
        return new Member(folder, args, port, managementPort, launch(folder, args));
    }

    private static CommandLineProcess launch(Path folder, List<String> args) throws IOException {
        return CommandLineProcess.start(folder, Map.of(), args.toArray(String[]::new));
    }

    Member awaitReady() throws IOException {
        process.lineThatBegins("roles");
        return this;
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

    /** After a kill: the same flags, the same ports. */
    void beginAgain() throws IOException {
        process = launch(folder, args);
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

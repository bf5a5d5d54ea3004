package dev.millrace.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program as people run it: a process, its arguments and its environment. */
final class CommandLineProcess implements AutoCloseable {

    private static final int HANG_SECONDS = 60;

    private final Process process;
    private final Path stderr;
    private final BufferedReader out;
    private final StringBuilder read = new StringBuilder();

    private CommandLineProcess(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** How it ended, and what it said. */
    record Result(int exit, String out, String err) {}

    static Path jar() {
        Path jar = Project.file("app/target/millrace.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        throw new AssertionError("There is no app/target/millrace.jar; run 'mvn package' before these tests.");
    }

    static CommandLineProcess start(Path folder, Map<String, String> environment, String... args) throws IOException {
        return start(folder, environment, Place.LOOPBACK, args);
    }

    static CommandLineProcess start(Path folder, Map<String, String> environment, Place place, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(place.prefix());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it starts faster, and nothing here runs for long
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString()));
        command.addAll(List.of(args));
        Path stderr = Files.createTempFile(folder, "stderr", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        return new CommandLineProcess(builder.start(), stderr);
    }

    static Result run(Path folder, Map<String, String> environment, String... args) throws Exception {
        try (CommandLineProcess process = start(folder, environment, args)) {
            return process.result();
        }
    }

    /** What it writes to stdout, up to the first line that begins so; that line is returned. */
    String lineThatBegins(String beginning) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            read.append(line).append('\n');
            if (line.strip().startsWith(beginning)) {
                return line.strip();
            }
        }
        throw new AssertionError("it ended without '" + beginning + "'; stderr: " + Files.readString(stderr));
    }

    /** SIGTERM. */
    CommandLineProcess terminate() {
        process.toHandle().destroy(); // Process.destroy would close what it still has to say
        return this;
    }

    /** Waits for its end. */
    Result result() throws Exception {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            read.append(line).append('\n');
        }
        if (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; stdout: " + read);
        }
        return new Result(process.exitValue(), read.toString(), Files.readString(stderr));
    }

    /** SIGKILL, and it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGSTOP: it lives and keeps its sockets, and does nothing. */
    void suspend() {
        signal("STOP");
    }

    /** SIGCONT, after a SIGSTOP. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, "" + process.pid())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + name + " " + process.pid() + " says " + exit);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What it has said on stderr so far. */
    String stderr() throws IOException {
        return Files.readString(stderr);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

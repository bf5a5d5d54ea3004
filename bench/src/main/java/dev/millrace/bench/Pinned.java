package dev.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process on one core, where the machine has {@code taskset}. */
final class Pinned implements AutoCloseable {

    /** Ticks of a second in {@code /proc}, on every Linux of today. */
    private static final double TICKS = 100;

    private final Process process;

    private Pinned(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param core the number of the core; {@link Machine#ANY} leaves it to the system
     * @param ready stands in the line by which it says so
     */
    static Pinned start(int core, String ready, List<String> command) throws IOException {
        List<String> all = new ArrayList<>();
        if (core != Machine.ANY) {
            all.addAll(List.of("taskset", "-c", "" + core));
        }
        all.addAll(command);
        Process process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Pinned pinned = new Pinned(process);
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(ready)) {
                Thread rest = new Thread(() -> said.lines().forEach(more -> {}), "output");
                rest.setDaemon(true);
                rest.start();
                return pinned;
            }
        }
        throw new IOException("it ended before it was ready: " + String.join(" ", command));
    }

    /** Seconds of CPU that it has used, from Linux; 0 elsewhere. */
    double cpuSeconds() throws IOException {
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / TICKS;
    }

    /** Memory that it really has, from Linux; 0 elsewhere. */
    long residentKiB() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0L);
    }

    /** What lives on the heap of a Java process, after a collection of all that does not. */
    double liveHeapBytes() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), "" + process.pid(), "GC.class_histogram").start();
        try (BufferedReader lines = asked.inputReader(StandardCharsets.UTF_8)) {
            String total = lines.lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElse("Total 0 0");
            return Double.parseDouble(total.trim().split("\\s+")[2]);
        }
    }

    /** A line on its standard input. */
    void tell(String line) throws IOException {
        process.outputWriter().write(line + "\n");
        process.outputWriter().flush();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

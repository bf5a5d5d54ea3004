package dev.millrace.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the figures were taken on: without it they say nothing. */
final class Machine {

    static final int ANY = -1;

    private Machine() {}

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Whether two kinds of work can be kept on cores of their own. */
    static boolean canPin() {
        try {
            return cores() > 1
                    && new ProcessBuilder(
                                            "taskset",
                                            "-p",
                                            "" + ProcessHandle.current().pid())
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException | InterruptedException absent) {
            return false;
        }
    }

    /** Keeps this process, with the threads it has and will have, on one core. */
    static void pinMe(int core) throws IOException, InterruptedException {
        new ProcessBuilder(
                        "taskset",
                        "-a",
                        "-c",
                        "-p",
                        "" + core,
                        "" + ProcessHandle.current().pid())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Seconds of processor time of this process. */
    static double myCpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    /** How many processes want a core: more than the cores before we begin, and somebody else is at work here. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    static JsonObject describe() throws IOException {
        return new JsonObject()
                .put("processor", processor())
                .put("cores", cores())
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
                .put("load_before", load());
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}

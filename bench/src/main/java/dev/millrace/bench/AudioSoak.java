package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether sessions that go on for long make the process grow: its resident memory, minute by minute. */
final class AudioSoak implements Benchmark {

    private static final int SERVER_CORE = 0;
    private static final int MY_CORE = 1;
    private static final int SECONDS = 10;
    private static final int ROUNDS_A_MINUTE = 60 / SECONDS;

    @Override
    public String name() {
        return "audio-soak";
    }

    @Override
    public String arguments() {
        return "[MINUTES [SESSIONS]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how the resident memory grows in MINUTES (30 unless given) with SESSIONS (50)",
                "that hear and speak; the slope leaves out the first third");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(2);
        int minutes = typed.number(0, 30, 1);
        int sessions = typed.number(1, 50, 1);
        JsonObject machine = Machine.describe();
        try (Rig rig = new Rig(jar, true, MY_CORE)) {
            AudioServer server = AudioServer.alone(rig, SERVER_CORE, MY_CORE, sessions);
            Pinned process = server.node().process();
            machine.put("pinned", rig.pinned()).put("sessions", sessions).put("minutes", minutes);
            Report report = new Report(name(), "Resident memory, and frames of speech in milliseconds", machine);
            Program.await(server.load().open(sessions));
            List<Double> resident = new ArrayList<>();
            for (int round = 0; round < minutes * ROUNDS_A_MINUTE; round++) {
                if (round % (5 * ROUNDS_A_MINUTE) == 0) {
                    Program.await(server.load().ask()); // so that answers begin and end too
                }
                AudioLoad.Heard heard = Program.await(server.load().measure(SECONDS));
                resident.add((double) process.residentKiB());
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("resident MiB", process.residentKiB() / 1024.0);
                heard.into(figures);
                report.round("round", figures);
            }
            report.result("slope, KiB a minute", slope(resident.subList(resident.size() / 3, resident.size())));
            return report;
        }
    }

    /** Of the straight line that is nearest to all. */
    private static double slope(List<Double> kib) {
        double middle = (kib.size() - 1) / 2.0;
        double mean = kib.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double above = 0;
        double below = 0;
        for (int i = 0; i < kib.size(); i++) {
            above += (i - middle) * (kib.get(i) - mean);
            below += (i - middle) * (i - middle);
        }
        return above / below * ROUNDS_A_MINUTE;
    }
}

package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one core carries: sessions that hear and speak 50 frames a second each, with voices looked for in every frame. The
 * server has one core; who measures and the engines' stand-in share the next.
 */
final class AudioSessions implements Benchmark {

    private static final int SERVER_CORE = 0;
    private static final int MY_CORE = 1;
    private static final int WARM_UP_SECONDS = 15;

    @Override
    public String name() {
        return "audio";
    }

    @Override
    public String arguments() {
        return "[SESSIONS [SECONDS [ROUNDS]]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how late frames of speech come while SESSIONS (500 unless given) hear and speak",
                "50 frames a second each on one core, in ROUNDS (5) of SECONDS (10); what the",
                "detector of voices costs, and what a session weighs");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(3);
        int sessions = typed.number(0, 500, 1);
        int seconds = typed.number(1, 10, 1);
        int rounds = typed.number(2, 5, 1);
        JsonObject machine = Machine.describe();
        try (Rig rig = new Rig(jar, true, MY_CORE)) {
            VadCost.Cost vad = new VadCost(Path.of(rig.project("examples/please-stop-talking-now.wav"))).measure();
            AudioServer server = AudioServer.alone(rig, SERVER_CORE, MY_CORE, sessions + 1);
            machine.put("pinned", rig.pinned()).put("sessions", sessions).put("seconds", seconds);
            Report report = new Report("audio", "Frames of speech, milliseconds behind their pace", machine);
            Pinned process = server.node().process();
            Program.await(server.load().open(1));
            double heap = process.liveHeapBytes();
            double resident = process.residentKiB();
            Program.await(server.load().open(sessions));
            report.result("KiB of heap a session, idle", (process.liveHeapBytes() - heap) / 1024 / sessions);
            Program.await(server.load().ask());
            Program.await(server.load().measure(WARM_UP_SECONDS));
            for (int round = 0; round < rounds; round++) {
                report.round(sessions + " sessions", figures(server, process, seconds));
            }
            report.result("KiB of heap a session, speaking", (process.liveHeapBytes() - heap) / 1024 / sessions);
            report.result("KiB resident a session, speaking", (process.residentKiB() - resident) / sessions);
            report.result("microseconds of VAD a frame", vad.micros());
            report.result("bytes allocated by VAD a frame", vad.bytes());
            return report;
        }
    }

    static Map<String, Double> figures(AudioServer server, Pinned process, int seconds) throws Exception {
        double cpu = process.cpuSeconds();
        double mine = Machine.myCpuSeconds();
        long begin = System.nanoTime();
        AudioLoad.Heard heard = Program.await(server.load().measure(seconds));
        double elapsed = (System.nanoTime() - begin) / 1e9;
        Map<String, Double> figures = new LinkedHashMap<>();
        heard.into(figures);
        figures.put("server CPU", (process.cpuSeconds() - cpu) / elapsed);
        figures.put("client CPU", (Machine.myCpuSeconds() - mine) / elapsed);
        return figures;
    }
}

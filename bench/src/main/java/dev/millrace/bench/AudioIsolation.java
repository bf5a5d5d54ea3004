package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * What 300 chat runs that stream as fast as they can cost audio. Chat, its agent and who asks share one core; audio, Redis,
 * the engines' stand-in and who measures share the next: on fewer cores than there are processes anything else would
 * measure the scheduler.
 */
final class AudioIsolation implements Benchmark {

    private static final int CHAT_CORE = 0;
    private static final int AUDIO_CORE = 1;
    private static final int WARM_UP_SECONDS = 10;
    private static final String RUNS = "300";
    private static final String QUIET = "quiet";
    private static final String FLOODED = "300 runs";

    @Override
    public String name() {
        return "audio-isolation";
    }

    @Override
    public String arguments() {
        return "[ROUNDS [SECONDS [SESSIONS]]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how late frames of speech come to SESSIONS (50 unless given), while chat is quiet",
                "and while 300 runs stream as fast as they can: ROUNDS (5) of SECONDS (6) each");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(3);
        int rounds = typed.number(0, 5, 1);
        int seconds = typed.number(1, 6, 1);
        int sessions = typed.number(2, 50, 1);
        JsonObject machine = Machine.describe();
        try (Rig rig = new Rig(jar, true, AUDIO_CORE)) {
            Rig.Members members = rig.new Members(rig.redis(AUDIO_CORE), 3);
            AudioServer audio = AudioServer.member(rig, members, AUDIO_CORE, AUDIO_CORE, sessions);
            members.node("agent", CHAT_CORE, "--token-pace", "0", "--docs", rig.project("docs"));
            Rig.Listening chat = members.node("chat", CHAT_CORE);
            Pinned flood = rig.program(Flood.class, CHAT_CORE, "" + chat.port(), rig.token(), "none", RUNS);
            machine.put("pinned", rig.pinned()).put("sessions", sessions).put("seconds", seconds);
            Program.await(audio.load().open(sessions));
            Program.await(audio.load().ask());
            flood.tell("on");
            Program.await(audio.load().measure(WARM_UP_SECONDS));
            flood.tell("off");
            Program.await(audio.load().measure(WARM_UP_SECONDS));
            Report report = new Report(name(), "Frames of speech, milliseconds behind their pace", machine);
            for (int round = 0; round < rounds; round++) {
                report.round(QUIET, AudioSessions.figures(audio, audio.node().process(), seconds));
                flood.tell("on");
                report.round(FLOODED, AudioSessions.figures(audio, audio.node().process(), seconds));
                flood.tell("off");
            }
            report.result("p99 with 300 runs / quiet", report.median(FLOODED, "p99") / report.median(QUIET, "p99"));
            return report;
        }
    }
}

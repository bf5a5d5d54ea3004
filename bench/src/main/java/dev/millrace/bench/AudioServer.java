package dev.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A server for audio whose engines stand in for real ones in a process of their own: what is measured is the server. */
record AudioServer(Rig.Listening node, AudioLoad load) {

    /** One process with an agent and its log in memory. */
    static AudioServer alone(Rig rig, int core, int voiceCore, int sessions) throws IOException {
        List<String> flags = new ArrayList<>(flags(rig, voiceCore, sessions));
        flags.addAll(List.of("--token-pace", "0", "--docs", rig.project("docs")));
        return of(rig, rig.node("audio,agent", core, flags));
    }

    /** A member of a cluster, with audio and nothing else. */
    static AudioServer member(Rig rig, Rig.Members members, int core, int voiceCore, int sessions) throws IOException {
        return of(
                rig, members.node("audio", core, flags(rig, voiceCore, sessions).toArray(String[]::new)));
    }

    private static AudioServer of(Rig rig, Rig.Listening node) {
        return new AudioServer(node, new AudioLoad(rig.vertx(), node.port(), rig.token()));
    }

    private static List<String> flags(Rig rig, int voiceCore, int sessions) throws IOException {
        int voice = Rig.freePort();
        rig.program(EndlessVoice.class, voiceCore, "" + voice);
        String url = "http://127.0.0.1:" + voice + "/v1";
        return List.of(
                "--max-audio-sessions",
                "" + sessions,
                "--max-audio-sessions-of-subject",
                "" + sessions,
                "--stt",
                "openai",
                "--stt-url",
                url,
                "--stt-model",
                "m",
                "--tts",
                "openai",
                "--tts-url",
                url,
                "--tts-model",
                "m",
                "--tts-voice",
                "v",
                "--tts-rate",
                "16000");
    }
}

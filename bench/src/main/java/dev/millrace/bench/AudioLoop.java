package dev.millrace.bench;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.Wav;
import dev.millrace.launch.Program;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embedded engines, end to end: each sentence of the demonstration's grammar is spoken at the pace of a person by
 * each voice; noted are what was understood, and how long it took from the end of the words to the first frame of the
 * answer, without the time that the agent took.
 */
final class AudioLoop implements Benchmark {

    private static final int SERVER_CORE = 0;
    private static final int MY_CORE = 1;

    @Override
    public String name() {
        return "audio-loop";
    }

    @Override
    public String arguments() {
        return "[SENTENCES]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how long the embedded engines take from the end of speech to the first frame of",
                "the answer without the agent's time, and how many of the first SENTENCES (all)",
                "of the grammar they understand, in each voice of flite that is there and FreeTTS");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(1);
        JsonObject machine = Machine.describe();
        try (Rig rig = new Rig(jar, true, MY_CORE)) {
            List<String> sentences = Recital.sentences();
            int count = Math.min(sentences.size(), typed.number(0, sentences.size(), 1));
            Rig.Listening server = rig.node(
                    "audio,agent",
                    SERVER_CORE,
                    List.of("--token-pace", "0", "--docs", rig.project("docs"), "--stt-deadline", "60s"));
            machine.put("pinned", rig.pinned());
            Report report = new Report(
                    name(), "From the end of speech to the first frame, milliseconds without the agent's", machine);
            Recital recital = new Recital(rig.vertx());
            double exact = 0;
            double all = 0;
            for (String voice : recital.voices()) {
                LoopCaller caller = new LoopCaller(rig.vertx());
                WebSocketClient sockets = rig.vertx().createWebSocketClient();
                WebSocketConnectOptions where = new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.port())
                        .putHeader("Authorization", "Bearer " + rig.token());
                caller.begin(Program.await(AudioClient.open(sockets, where, AudioClient.hello(16_000), caller)));
                Program.await(caller.say(recital.spoken(voice, sentences.get(0)))); // loads the models
                Tally tally = new Tally(count);
                for (String sentence : sentences.subList(0, count)) {
                    Wav spoken = recital.spoken(voice, sentence);
                    tally.add(sentence, Program.await(caller.say(spoken)));
                }
                report.round(voice, tally.figures());
                exact += tally.exact;
                all += count;
                caller.end();
            }
            report.result("share of sentences that are word for word", exact / all);
            return report;
        }
    }

    /** What one voice came to. */
    private static final class Tally {

        private final long[] nanos;
        private final int count;
        private int answered;
        private int exact;
        private int words;
        private int wrongWords;

        Tally(int count) {
            this.count = count;
            this.nanos = new long[count];
        }

        void add(String sentence, LoopCaller.Answer answer) {
            List<String> said = List.of(sentence.split(" "));
            List<String> understood = List.of(answer.text().strip().split("\\s+"));
            words += said.size();
            wrongWords += Recital.errors(said, understood);
            if (understood.equals(said)) {
                exact++;
            } else {
                System.err.println("'" + sentence + "' was understood as '" + answer.text() + "'");
            }
            if (answer.nanos() > 0) {
                nanos[answered++] = answer.nanos();
            }
        }

        Map<String, Double> figures() {
            long[] ascending = Arrays.copyOf(nanos, answered);
            Arrays.sort(ascending);
            Latencies latencies = Latencies.of(ascending);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("sentences", (double) count);
            figures.put("exact %", 100.0 * exact / count);
            figures.put("words %", 100.0 * (words - wrongWords) / words);
            figures.put("answered", (double) answered);
            figures.put("p50", latencies.millis(0.5));
            figures.put("p95", latencies.millis(0.95));
            figures.put("max", latencies.millis(1));
            return figures;
        }
    }
}

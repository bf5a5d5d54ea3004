package dev.millrace.bench;

import dev.millrace.app.voice.Wav;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.Providers;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.launch.Program;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The sentences of the demonstration's grammar, and voices that speak them. */
final class Recital {

    private static final String GRAMMAR = "/dev/millrace/speech/embedded/demo.gram";
    private static final String KEVIN = "kevin16";
    private static final List<String> FLITE = List.of("slt", "rms", "awb", "kal16");
    private static final int RATE = 16_000;

    private final Vertx vertx;
    private final TextToSpeech kevin;

    Recital(Vertx vertx) throws Exception {
        this.vertx = vertx;
        EngineSettings settings = new EngineSettings(null, null, null, null, null, null, null, Duration.ofSeconds(60));
        this.kevin = Program.await(Providers.ofTextToSpeech().open(vertx, "embedded", settings));
    }

    static List<String> sentences() throws IOException {
        try (InputStream grammar = Objects.requireNonNull(Recital.class.getResourceAsStream(GRAMMAR))) {
            String text = new String(grammar.readAllBytes(), StandardCharsets.UTF_8);
            String phrases = text.substring(text.indexOf('=') + 1, text.lastIndexOf(';'));
            return Arrays.stream(phrases.split("\\|")).map(String::strip).toList();
        }
    }

    /** Those of flite, where it is installed, and that of FreeTTS. */
    List<String> voices() {
        List<String> voices = new ArrayList<>();
        for (String voice : FLITE) {
            try {
                flite(voice, "yes");
                voices.add(voice);
            } catch (Exception absent) {
                System.err.println("flite has no voice " + voice + " here, which is left out");
            }
        }
        voices.add(KEVIN);
        return voices;
    }

    Wav spoken(String voice, String sentence) throws Exception {
        return voice.equals(KEVIN) ? kevin(sentence) : flite(voice, sentence);
    }

    private static Wav flite(String voice, String sentence) throws Exception {
        Path file = Files.createTempFile("millrace-bench", ".wav");
        try {
            int exit = new ProcessBuilder("flite", "-voice", voice, "-t", sentence, "-o", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IOException("flite ended with " + exit);
            }
            return Wav.read(file).at(RATE);
        } finally {
            Files.delete(file);
        }
    }

    private Wav kevin(String sentence) throws Exception {
        Buffer pcm = Buffer.buffer();
        Promise<Void> whole = Promise.promise();
        vertx.getOrCreateContext().runOnContext(there -> {
            Synthesis synthesis = kevin.synthesize(sentence);
            synthesis.exceptionHandler(whole::tryFail);
            synthesis.endHandler(end -> whole.tryComplete());
            synthesis.handler(chunk -> pcm.appendBuffer(chunk.pcm()));
        });
        Program.await(whole.future());
        short[] samples = new short[pcm.length() / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = pcm.getShortLE(2 * i);
        }
        return new Wav(kevin.rate(), samples).at(RATE);
    }

    /** Words to add, leave out and replace, at least. */
    static int errors(List<String> said, List<String> understood) {
        int[] row = new int[understood.size() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= said.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int same = diagonal + (said.get(i - 1).equals(understood.get(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[understood.size()];
    }
}

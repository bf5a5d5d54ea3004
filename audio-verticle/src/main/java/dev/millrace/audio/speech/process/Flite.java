package dev.millrace.audio.speech.process;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.TextToSpeechProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@code --tts flite}: gives a sentence when all of it is spoken, after some 50 milliseconds. */
public final class Flite implements TextToSpeechProvider {

    private static final String VOICE = "slt";
    private static final int RATE = 16_000;

    @Override
    public String name() {
        return "flite";
    }

    @Override
    public Set<EngineSetting> takes() {
        return EnumSet.of(EngineSetting.VOICE);
    }

    @Override
    public Set<EngineSetting> needs() {
        return Set.of();
    }

    @Override
    public Future<TextToSpeech> open(Vertx vertx, EngineSettings settings) {
        String voice = settings.voice() == null ? VOICE : settings.voice();
        List<String> command = List.of("flite", "-voice", voice, "-o", "/dev/stdout", "-t");
        return vertx.executeBlocking(() -> {
            requireVoice(voice);
            return new ProcessTextToSpeech(vertx, new Program(name(), RATE, voice, command), settings.deadline());
        });
    }

    /** flite speaks with another voice when it does not know one, and says nothing of it. */
    private static void requireVoice(String voice) {
        String said = Program.output("flite", "-lv").strip(); // Voices available: kal awb_time kal16 awb rms slt
        List<String> voices =
                Arrays.asList(said.substring(said.indexOf(':') + 1).strip().split("\\s+"));
        if (!voices.contains(voice)) {
            throw new IllegalArgumentException(
                    "--tts-voice is '" + voice + "', and flite has: " + String.join(", ", voices));
        }
    }
}

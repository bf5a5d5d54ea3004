package dev.millrace.audio.speech.process;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.TextToSpeechProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@code --tts espeak-ng}: streams as it speaks, from some 10 milliseconds on, at 22050 samples a second. */
public final class EspeakNg implements TextToSpeechProvider {

    private static final String VOICE = "en-us";
    private static final int RATE = 16_000;

    @Override
    public String name() {
        return "espeak-ng";
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
        List<String> command = List.of("espeak-ng", "--stdout", "-v", voice, "--");
        return vertx.executeBlocking(() -> {
            String said = Program.output("espeak-ng", "-q", "-v", voice, "--", "yes");
            if (!said.isBlank()) {
                throw new IllegalArgumentException(
                        "--tts-voice is '" + voice + "', and espeak-ng says: " + said.strip());
            }
            return new ProcessTextToSpeech(vertx, new Program(name(), RATE, voice, command), settings.deadline());
        });
    }
}

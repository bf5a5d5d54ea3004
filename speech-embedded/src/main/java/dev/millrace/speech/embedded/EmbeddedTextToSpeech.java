package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.TextToSpeechProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;

/** {@code --tts embedded}. Names no class of FreeTTS, so that finding it loads none. */
public final class EmbeddedTextToSpeech implements TextToSpeechProvider {

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public Set<EngineSetting> takes() {
        return Set.of();
    }

    @Override
    public Set<EngineSetting> needs() {
        return Set.of();
    }

    @Override
    public Future<TextToSpeech> open(Vertx vertx, EngineSettings settings) {
        return Future.succeededFuture(new KevinTextToSpeech(vertx, settings.deadline()));
    }
}

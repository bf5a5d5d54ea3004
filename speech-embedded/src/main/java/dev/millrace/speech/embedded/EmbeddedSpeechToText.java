package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.SpeechToTextProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** {@code --stt embedded}. Names no class of sphinx4, so that finding it loads none. */
public final class EmbeddedSpeechToText implements SpeechToTextProvider {

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public Set<EngineSetting> takes() {
        return EnumSet.of(EngineSetting.GRAMMAR);
    }

    @Override
    public Set<EngineSetting> needs() {
        return Set.of();
    }

    /** A grammar of the user's own is read at once: whoever names one wants to hear now that it cannot work. */
    @Override
    public Future<SpeechToText> open(Vertx vertx, EngineSettings settings) {
        Path file = settings.grammar();
        return file == null
                ? Future.succeededFuture(new GrammarSpeechToText(vertx, Grammar.DEMO, settings.deadline()))
                : vertx.executeBlocking(() -> GrammarFile.read(file))
                        .map(grammar -> new GrammarSpeechToText(vertx, grammar, settings.deadline()));
    }
}

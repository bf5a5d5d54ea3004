package dev.millrace.audio.speech;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engines that serve the sessions of this process. There is one of each kind or none: no engine ever steps in for
 * another, because whoever is answered by a demonstration must know it.
 */
public record SpeechEngines(
        @Nullable SpeechToText stt, @Nullable TextToSpeech tts) {

    /** Makes both ready for their first use; for the start of a session. */
    public Future<Void> warm() {
        return each(SpeechEngine::warm);
    }

    public Future<Void> close() {
        return each(SpeechEngine::close);
    }

    /** Waits for both, also where one fails. */
    private Future<Void> each(Function<SpeechEngine, Future<Void>> what) {
        List<Future<Void>> done = new ArrayList<>();
        if (stt != null) {
            done.add(what.apply(stt));
        }
        if (tts != null) {
            done.add(what.apply(tts));
        }
        return Future.join(done).mapEmpty();
    }
}

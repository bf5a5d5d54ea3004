package dev.millrace.audio;

import dev.millrace.audio.speech.SpeechEngine;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.launch.Role;
import dev.millrace.launch.Services;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** {@code --roles audio}. */
public final class AudioRole implements Role {

    @Mixin
    private final SpeechOptions options = new SpeechOptions();

    @Mixin
    private final CaptureFlags captures = new CaptureFlags();

    private SpeechEngines engines = new SpeechEngines(null, null);
    private volatile @Nullable AudioVerticle verticle;

    @Override
    public String name() {
        return "audio";
    }

    @Override
    public Object options() {
        return this;
    }

    @Override
    public Future<? extends Deployable> verticle(Services services) {
        return captures.open(services.vertx())
                .compose(folder -> options.open(services.vertx()).map(opened -> {
                    engines = opened;
                    AudioVerticle made = new AudioVerticle(services, opened, options.limits(), folder.orElse(null));
                    verticle = made;
                    return made;
                }));
    }

    @Override
    public Future<Void> drain(long graceMillis) {
        AudioVerticle serving = verticle;
        return serving == null ? Future.succeededFuture() : serving.drain(graceMillis);
    }

    @Override
    public List<String> about() {
        return List.of("listens    " + about(engines.stt()), "speaks     " + about(engines.tts()));
    }

    private static String about(@Nullable SpeechEngine engine) {
        return engine == null ? "no engine" : engine.about();
    }
}

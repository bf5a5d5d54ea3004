package dev.millrace.audio.speech;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The engines of one kind that this program has. */
public final class Providers<E extends SpeechEngine> {

    /** The engine that a program which has it uses when it is told nothing. */
    static final String EMBEDDED = "embedded";

    private final String flag;
    private final List<? extends SpeechProvider<E>> found;

    private Providers(String flag, List<? extends SpeechProvider<E>> found) {
        this.flag = flag;
        this.found = found;
    }

    /** All for {@code --stt}. */
    public static Providers<SpeechToText> ofSpeechToText() {
        return new Providers<>("--stt", all(SpeechToTextProvider.class));
    }

    /** All for {@code --tts}. */
    public static Providers<TextToSpeech> ofTextToSpeech() {
        return new Providers<>("--tts", all(TextToSpeechProvider.class));
    }

    private static <P> List<P> all(Class<P> type) {
        return ServiceLoader.load(type, Providers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * Makes the engine of a name.
     *
     * @param name null for the embedded engine, or none where this program was built without it
     * @return the engine; null for none; failed with {@link IllegalArgumentException} and a sentence
     *     when the flags do not fit together
     */
    public Future<@Nullable E> open(Vertx vertx, @Nullable String name, EngineSettings settings) {
        String wanted = name == null ? EMBEDDED : name;
        SpeechProvider<E> provider = found.stream()
                .filter(candidate -> candidate.name().equals(wanted))
                .findFirst()
                .orElse(null);
        if (provider == null) {
            return name == null && settings.given().isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(unknown(wanted));
        }
        try {
            requireFit(provider, settings);
        } catch (IllegalArgumentException misfit) {
            return Future.failedFuture(misfit);
        }
        return provider.open(vertx, settings).map(engine -> engine);
    }

    private IllegalArgumentException unknown(String wanted) {
        String names = found.stream().map(SpeechProvider::name).sorted().collect(Collectors.joining(", "));
        return new IllegalArgumentException(flag + " is '" + wanted + "', and this program has: " + names);
    }

    private void requireFit(SpeechProvider<E> provider, EngineSettings settings) {
        Set<EngineSetting> spare = new TreeSet<>(settings.given());
        spare.removeAll(provider.takes());
        if (!spare.isEmpty()) {
            throw new IllegalArgumentException(
                    flags(spare) + " would be without effect: " + flag + " " + provider.name() + " takes "
                            + (provider.takes().isEmpty() ? "no settings" : flags(new TreeSet<>(provider.takes()))));
        }
        Set<EngineSetting> missing = new TreeSet<>(provider.needs());
        missing.removeAll(settings.given());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(flag + " " + provider.name() + " needs " + flags(missing));
        }
    }

    private String flags(Set<EngineSetting> settings) {
        return settings.stream().map(this::flag).collect(Collectors.joining(", "));
    }

    /** The grammar is the one setting that both people and the embedded engine know by a flag of its own. */
    private String flag(EngineSetting setting) {
        return setting == EngineSetting.GRAMMAR
                ? "--grammar"
                : flag + "-" + setting.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

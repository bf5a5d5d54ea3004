package dev.millrace.speech.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechEngine;
import dev.millrace.audio.speech.SpeechProvider;
import dev.millrace.audio.speech.SpeechToTextProvider;
import dev.millrace.audio.speech.TextToSpeechProvider;
import io.vertx.core.Vertx;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Who does not talk pays nothing for the engines that the program has. */
class UnusedTest {

    /** Has our own classes, and neither sphinx4 nor FreeTTS. */
    private static final class WithoutEngines extends URLClassLoader {

        WithoutEngines(URL ours) {
            super(new URL[] {ours}, UnusedTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("edu.cmu.") || name.startsWith("com.sun.speech.")) {
                throw new ClassNotFoundException(name);
            }
            if (name.startsWith("dev.millrace.speech.embedded.")) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void bothEnginesAreFoundAndOpenedWithoutAClassOfSphinxOrFreeTts() throws Exception {
        Vertx vertx = Vertx.vertx();
        URL ours =
                EmbeddedSpeechToText.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new WithoutEngines(ours)) {
            for (Class<? extends SpeechProvider<?>> kind :
                    List.of(SpeechToTextProvider.class, TextToSpeechProvider.class)) {
                SpeechProvider<?> provider = ServiceLoader.load(kind, loader).stream()
                        .map(found -> (SpeechProvider<?>) found.get())
                        .filter(found -> found.name().equals("embedded"))
                        .findFirst()
                        .orElseThrow();
                assertEquals(loader, provider.getClass().getClassLoader());
                SpeechEngine engine = Talk.await(provider.open(vertx, EngineSettings.within(Duration.ofSeconds(1))));
                assertTrue(engine.about().startsWith("embedded ("), engine.about());
                assertTrue(engine.demo());
                Talk.await(engine.close());
            }
        }
        Talk.await(vertx.close());
    }
}

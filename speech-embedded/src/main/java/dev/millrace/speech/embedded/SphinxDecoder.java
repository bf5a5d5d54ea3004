package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.Transcript;
import edu.cmu.sphinx.api.Configuration;
import edu.cmu.sphinx.api.Context;
import edu.cmu.sphinx.decoder.ResultListener;
import edu.cmu.sphinx.frontend.util.StreamDataSource;
import edu.cmu.sphinx.recognizer.Recognizer;
import edu.cmu.sphinx.result.Result;
import edu.cmu.sphinx.result.WordResult;
import edu.cmu.sphinx.util.props.PropertySheet;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One recognizer of sphinx4: 90 MB of heap and a second of CPU to make, so it is made once and used for one utterance
 * after another. Blocks, and belongs to one thread at a time.
 */
final class SphinxDecoder {

    static final String DICTIONARY = "resource:/edu/cmu/sphinx/models/en-us/cmudict-en-us.dict";

    /** For the lock: the grammar parser of sphinx4 keeps its state in a static field. */
    static final Object PARSER = new Object();

    private static final String SPHINX = "resource:/dev/millrace/speech/embedded/sphinx.xml";
    private static final String ACOUSTIC_MODEL = "resource:/edu/cmu/sphinx/models/en-us/en-us";

    /** Held here, because a logger that nobody holds forgets its level. */
    private static final Logger NOISE = Logger.getLogger("edu.cmu.sphinx");

    /** How sphinx4 says that it heard something that is in no phrase. */
    private static final String UNKNOWN = "<unk>";

    private final Recognizer recognizer;
    private final StreamDataSource source;
    private Consumer<Partial> onPartial = partial -> {};
    private String lastPartial = "";

    private SphinxDecoder(Recognizer recognizer, StreamDataSource source) {
        this.recognizer = recognizer;
        this.source = source;
    }

    /** Loads the models. */
    static SphinxDecoder load(Grammar grammar) {
        NOISE.setLevel(Level.OFF);
        Configuration configuration = new Configuration();
        configuration.setAcousticModelPath(ACOUSTIC_MODEL);
        configuration.setDictionaryPath(DICTIONARY);
        configuration.setGrammarPath(grammar.folder());
        configuration.setGrammarName(grammar.name());
        configuration.setUseGrammar(true);
        synchronized (PARSER) {
            try {
                Context context = new Context(SPHINX, configuration);
                Recognizer recognizer = context.getInstance(Recognizer.class);
                SphinxDecoder decoder = new SphinxDecoder(recognizer, context.getInstance(StreamDataSource.class));
                recognizer.addResultListener(decoder.listener());
                recognizer.allocate();
                return decoder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Listens to one utterance until the end of its stream. One without any audio is not shown to sphinx4: it would be out
     * of step from then on, and end each later utterance at once.
     *
     * @param partials takes the guesses, about ten a second, on this thread
     */
    Transcript decode(FrameStream audio, Consumer<Partial> partials) throws InterruptedIOException {
        if (!audio.hasMore()) {
            return Transcript.of("");
        }
        onPartial = partials;
        lastPartial = "";
        source.setInputStream(audio);
        Result result = recognizer.recognize();
        if (result == null || recognizer.recognize() != null) {
            throw new IllegalStateException("sphinx4 is out of step with its audio");
        }
        return transcript(result.getTimedBestResult(false));
    }

    /** Lets go of the models. */
    void close() {
        recognizer.deallocate();
    }

    private static Transcript transcript(List<WordResult> results) {
        List<Transcript.Word> words = results.stream()
                .filter(word ->
                        !word.isFiller() && !UNKNOWN.equals(word.getWord().getSpelling()))
                .map(word -> new Transcript.Word(
                        word.getWord().getSpelling(),
                        (int) word.getTimeFrame().getStart(),
                        (int) word.getTimeFrame().getEnd(),
                        null))
                .toList();
        return new Transcript(
                String.join(" ", words.stream().map(Transcript.Word::text).toList()), words, null);
    }

    private ResultListener listener() {
        return new ResultListener() {
            @Override
            public void newResult(Result result) {
                if (!result.isFinal()) {
                    guess(result.getBestResultNoFiller().replace(UNKNOWN, "").trim());
                }
            }

            @Override
            public void newProperties(PropertySheet properties) {}
        };
    }

    /** What two guesses in a row have in common up to a whole word is taken to stay. */
    private void guess(String text) {
        if (text.isEmpty()) {
            return;
        }
        int common = 0;
        while (common < Math.min(text.length(), lastPartial.length())
                && text.charAt(common) == lastPartial.charAt(common)) {
            common++;
        }
        lastPartial = text;
        onPartial.accept(new Partial(text, Math.max(0, text.lastIndexOf(' ', common))));
    }
}

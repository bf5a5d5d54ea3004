package dev.millrace.speech.embedded;

import com.sun.speech.freetts.Item;
import com.sun.speech.freetts.Relation;
import com.sun.speech.freetts.Utterance;
import com.sun.speech.freetts.Voice;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;
import dev.millrace.audio.speech.SpeechChunk;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The voice kevin16 of FreeTTS: 6 MB of heap and a quarter of a second of CPU to make. For one thread at a time. */
final class KevinVoice {

    static final int RATE = 16_000;

    /** Takes what is spoken, on a thread of FreeTTS. */
    interface Listener {

        /** Takes s16le, and says whether to go on. */
        boolean audio(Buffer pcm);

        /** Before the audio of its sample. */
        void mark(SpeechChunk.Mark mark);
    }

    private final Voice voice;
    private final ListeningPlayer player;

    private KevinVoice(Voice voice, ListeningPlayer player) {
        this.voice = voice;
        this.player = player;
    }

    static KevinVoice load() {
        Voice voice = Arrays.stream(new KevinVoiceDirectory().getVoices())
                .filter(each -> each.getName().equals("kevin16"))
                .findFirst()
                .orElseThrow();
        voice.allocate();
        ConcurrentLinkedQueue<List<SpeechChunk.Mark>> marks = new ConcurrentLinkedQueue<>();
        ListeningPlayer player = new ListeningPlayer(marks);
        voice.setAudioPlayer(player);
        addProcessor(voice, marks);
        return new KevinVoice(voice, player);
    }

    /** Behind the steps that turn text to sound, and before the sound goes to the player. FreeTTS is older than generics. */
    @SuppressWarnings("unchecked")
    private static void addProcessor(Voice voice, ConcurrentLinkedQueue<List<SpeechChunk.Mark>> marks) {
        voice.getUtteranceProcessors()
                .add((com.sun.speech.freetts.UtteranceProcessor) utterance -> marks.add(marks(utterance)));
    }

    /**
     * Speaks, and comes back when all was told, or the listener would not go on.
     *
     * @throws IllegalStateException if FreeTTS failed: it prints why, and has no other way to say it
     */
    void speak(String text, Listener listener) {
        player.begin(text.length(), listener);
        if (!voice.speak(text) && !player.stopped()) {
            throw new IllegalStateException("FreeTTS could not speak '" + text + "'");
        }
    }

    void close() {
        voice.deallocate();
    }

    /**
     * Where each token of the text ends: FreeTTS splits a text into phrases, and this is one of them. Samples are counted
     * from the phrase's first, and a token's place is one past the character behind it.
     */
    private static List<SpeechChunk.Mark> marks(Utterance phrase) {
        List<SpeechChunk.Mark> marks = new ArrayList<>();
        Item open = null;
        double end = 0;
        for (Item segment = phrase.getRelation(Relation.SEGMENT).getHead();
                segment != null;
                segment = segment.getNext()) {
            Item token = token(segment);
            if (open != null && (token == null || position(token) != position(open))) {
                marks.add(new SpeechChunk.Mark(Math.round(end * RATE), position(open)));
            }
            open = token;
            end = segment.getFeatures().getFloat("end");
        }
        return marks;
    }

    private static @Nullable Item token(Item segment) {
        Item syllable = segment.getItemAs(Relation.SYLLABLE_STRUCTURE);
        Item word = syllable == null || syllable.getParent() == null
                ? null
                : syllable.getParent().getParent();
        Item token = word == null ? null : word.getItemAs(Relation.TOKEN);
        return token == null ? null : token.getParent();
    }

    private static int position(Item token) {
        return Integer.parseInt(token.getFeatures().getString("file_pos")) - 1;
    }
}

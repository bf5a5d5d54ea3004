package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Understands the phrases of one grammar. */
final class GrammarSpeechToText implements SpeechToText {

    private final Grammar grammar;
    private final Supervision supervision;
    private final DecoderPool pool;

    GrammarSpeechToText(Vertx vertx, Grammar grammar, Duration deadline) {
        this.grammar = grammar;
        this.supervision = new Supervision(vertx, name(), deadline);
        this.pool = new DecoderPool(vertx, grammar);
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public String about() {
        return "embedded (sphinx4; understands " + grammar.about() + " and nothing else)";
    }

    @Override
    public boolean demo() {
        return true;
    }

    @Override
    public Recognition recognize() {
        return Utterance.begin(supervision, utterance -> new Decoding(utterance, pool));
    }

    @Override
    public Future<Void> warm() {
        return pool.warm();
    }

    @Override
    public Future<Void> close() {
        return pool.close();
    }
}

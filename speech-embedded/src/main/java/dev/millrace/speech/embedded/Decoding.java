package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.buffer.Buffer;

/**
 * One utterance on its way through the pool: decoded as it comes where a decoder is free for so long, else kept and
 * decoded at its end, which takes a few hundredths of its length. On the utterance's event loop.
 */
final class Decoding implements Utterance.Decoding {

    private static final int BYTES_PER_SECOND = SpeechToText.RATE * Short.BYTES;

    /** Less holds no word. */
    private static final int SHORTEST_BYTES = BYTES_PER_SECOND / 10;

    /** More than the longest turn of a session. */
    private static final int LONGEST_BYTES = 70 * BYTES_PER_SECOND;

    private final Utterance utterance;
    private final DecoderPool pool;
    private final FrameStream frames = new FrameStream();
    private final boolean live;
    private boolean begun;
    private int bytes;

    Decoding(Utterance utterance, DecoderPool pool) {
        this.utterance = utterance;
        this.pool = pool;
        this.live = pool.reserve();
    }

    @Override
    public void take(Buffer pcm) {
        bytes += pcm.length();
        if (bytes > LONGEST_BYTES) {
            throw SpeechFailure.busy("The utterance is longer than the embedded engine can keep, 70 s.");
        }
        frames.add(pcm);
        if (live && !begun && bytes >= SHORTEST_BYTES) {
            begin();
        }
    }

    @Override
    public void end() {
        frames.end();
        if (bytes < SHORTEST_BYTES) {
            release();
            utterance.succeed(Transcript.of(""));
        } else if (!begun) {
            begin();
        }
    }

    private void begin() {
        begun = true;
        pool.decode(frames, partial -> utterance.run(() -> utterance.partial(partial.text(), partial.stableChars())))
                .onComplete(done -> {
                    release();
                    if (done.succeeded()) {
                        utterance.succeed(done.result());
                    } else {
                        utterance.fail(failure(done.cause()));
                    }
                });
    }

    private static SpeechFailure failure(Throwable cause) {
        return cause instanceof SpeechFailure known
                ? known
                : SpeechFailure.broken("The embedded recognizer failed: " + cause);
    }

    @Override
    public void cancel() {
        frames.abandon();
        if (!begun) {
            release();
        }
    }

    private void release() {
        if (live) {
            pool.release();
        }
    }

    /** What is only kept is no lag: it is decoded at the end, and faster than it was spoken. */
    @Override
    public int queuedBytes() {
        return begun && pool.loaded() ? frames.waiting() : 0;
    }

    @Override
    public boolean loading() {
        return !pool.loaded();
    }
}

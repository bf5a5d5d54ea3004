package dev.millrace.audio.speech.process;

import dev.millrace.audio.speech.PcmStream;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpokenSentence;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sentence that a process speaks. Its output is read piece by piece, each on a thread of the pool, and nothing is read
 * while it is paused: the pipe holds the process back then. All else is on the sentence's loop.
 */
final class ProcessSpeech implements SpokenSentence.Source {

    private static final int PIECE_BYTES = 8_192;
    private static final int MAX_COMPLAINT_BYTES = 300;
    private static final Buffer END = Buffer.buffer();

    private final Program program;
    private final SpokenSentence spoken;
    private final WorkerExecutor workers;
    private final Consumer<ProcessSpeech> onOver;
    private final PcmStream pcm;
    private volatile @Nullable Process process;
    private volatile boolean cancelled;
    private boolean paused;
    private boolean reading;

    ProcessSpeech(Program program, SpokenSentence spoken, WorkerExecutor workers, Consumer<ProcessSpeech> onOver) {
        this.program = program;
        this.spoken = spoken;
        this.workers = workers;
        this.onOver = onOver;
        this.pcm = new PcmStream(program.name(), program.rate(), program.rate(), spoken::audio);
    }

    void begin(String sentence) {
        reading = true;
        workers.executeBlocking(
                        () -> {
                            start(sentence);
                            return read();
                        },
                        false)
                .onSuccess(this::take)
                .onFailure(this::fail);
    }

    private void start(String sentence) throws IOException {
        Process started = new ProcessBuilder(program.command(sentence)).start();
        process = started;
        if (cancelled) {
            started.destroyForcibly();
        }
        started.getOutputStream().close();
    }

    /** The next piece, or the end. Blocks. */
    private Buffer read() throws IOException {
        Process running = process;
        if (running == null || cancelled) {
            return END;
        }
        byte[] piece = new byte[PIECE_BYTES];
        int count = running.getInputStream().read(piece);
        return count < 0 ? END : Buffer.buffer(Arrays.copyOf(piece, count));
    }

    private void next() {
        if (!reading && !paused && !cancelled) {
            reading = true;
            workers.executeBlocking(this::read, false).onSuccess(this::take).onFailure(this::fail);
        }
    }

    private void take(Buffer piece) {
        reading = false;
        if (cancelled) {
            onOver.accept(this);
            return;
        }
        if (piece == END) {
            finish();
            return;
        }
        try {
            pcm.feed(piece);
        } catch (SpeechFailure failure) {
            fail(failure);
            return;
        }
        next();
    }

    private void finish() {
        pcm.end();
        workers.executeBlocking(this::complaint, false)
                .onSuccess(complaint -> {
                    if (complaint.isEmpty()) {
                        onOver.accept(this);
                        spoken.end();
                    } else {
                        fail(SpeechFailure.broken(complaint));
                    }
                })
                .onFailure(this::fail);
    }

    /** Why it spoke nothing, or not all; empty when it did. Blocks. */
    private String complaint() throws Exception {
        Process ended = process;
        if (ended == null) {
            return program.name() + " was not started.";
        }
        String said =
                new String(ended.getErrorStream().readNBytes(MAX_COMPLAINT_BYTES), StandardCharsets.UTF_8).strip();
        int status = ended.waitFor();
        if (status == 0 && spoken.samples() > 0) {
            return "";
        }
        return program.name()
                + (status == 0 ? " spoke nothing" : " ended with status " + status)
                + (said.isEmpty() ? "." : ": " + said);
    }

    private void fail(Throwable cause) {
        boolean told = cancelled;
        cancel();
        onOver.accept(this);
        if (!told) {
            spoken.fail(
                    cause instanceof SpeechFailure known
                            ? known
                            : SpeechFailure.broken(program.name() + " failed: " + cause.getMessage()));
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        next();
    }

    /** Kills the process; a read that is under way comes back then. From any thread. */
    @Override
    public void cancel() {
        cancelled = true;
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
        if (!reading) {
            onOver.accept(this);
        }
    }
}

package dev.millrace.audio.speech.process;

import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpokenSentence;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Has each sentence spoken by a process of its own, which is killed when nobody listens any more. */
final class ProcessTextToSpeech implements TextToSpeech {

    /** A process that nobody reads waits in its pipe and costs no thread, so there may be more of them than threads. */
    private static final int MAX_PROCESSES = 64;

    private static final int THREADS = 8;

    private final Program program;
    private final Supervision supervision;
    private final WorkerExecutor workers;
    private final Set<ProcessSpeech> underWay = ConcurrentHashMap.newKeySet();

    ProcessTextToSpeech(Vertx vertx, Program program, Duration deadline) {
        this.program = program;
        this.supervision = new Supervision(vertx, program.name(), deadline);
        // A thread that reads from a silent process is freed by the deadline, which kills the process.
        this.workers = vertx.createSharedWorkerExecutor(
                "speech-" + program.name() + "-" + System.identityHashCode(this), THREADS, 5, TimeUnit.MINUTES);
    }

    @Override
    public String name() {
        return program.name();
    }

    @Override
    public String about() {
        return program.name() + " (voice " + program.voice() + ", a process for each sentence)";
    }

    @Override
    public int rate() {
        return program.rate();
    }

    @Override
    public Synthesis synthesize(String sentence) {
        return SpokenSentence.begin(supervision, rate(), spoken -> {
            if (underWay.size() >= MAX_PROCESSES) {
                throw SpeechFailure.busy(program.name() + " speaks " + MAX_PROCESSES + " sentences already.");
            }
            ProcessSpeech speech = new ProcessSpeech(program, spoken, workers, underWay::remove);
            underWay.add(speech);
            speech.begin(sentence);
            return speech;
        });
    }

    /** How many processes there may be now; for tests. */
    int underWay() {
        return underWay.size();
    }

    @Override
    public Future<Void> close() {
        underWay.forEach(ProcessSpeech::cancel);
        return workers.close();
    }
}

package dev.millrace.log;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What goes when the memory log is full, in this order, the longest quiet first:
 *
 * <ol>
 *   <li>finished runs, down to their last word: a late reader gets a {@code gap} and how it ended;
 *   <li>what is left of finished runs and audio sessions that nobody reads, and claims: a late reader gets 404;
 *   <li>the older half of feeds, as often as it takes: a slow reader gets a {@code gap};
 *   <li>conversations;
 *   <li>lists of conversations.
 * </ol>
 *
 * A run that is not finished is never touched, and nobody who reads a finished one misses how it ended. When nothing is
 * left, appends are refused.
 *
 * <p>It frees a tenth of the budget at once, so that a full log does not sort its streams at every append.
 */
final class Eviction {

    private final Map<StreamName, MemoryStream> streams;
    private final AtomicLong weight;
    private final long budgetBytes;
    private final Predicate<StreamName> isRead;
    private final Consumer<MemoryStream> erase;

    /**
     * @param weight of all streams together
     * @param isRead whether a stream has readers
     * @param erase drops a stream whole, takes its weight off, and tells its readers
     */
    Eviction(
            Map<StreamName, MemoryStream> streams,
            AtomicLong weight,
            long budgetBytes,
            Predicate<StreamName> isRead,
            Consumer<MemoryStream> erase) {
        this.streams = streams;
        this.weight = weight;
        this.budgetBytes = budgetBytes;
        this.isRead = isRead;
        this.erase = erase;
    }

    /** Returns whether the log is inside its budget again. One thread makes room while the others wait for it. */
    synchronized boolean makeRoom() {
        long target = budgetBytes - budgetBytes / 10;
        for (Step step : Step.values()) {
            // Once is enough for every step but the halving of feeds.
            List<Quiet> concerned = oldestFirst(step);
            while (weight.get() > target && !concerned.isEmpty()) {
                for (Quiet quiet : concerned) {
                    if (weight.get() > target) {
                        apply(step, quiet.stream);
                    }
                }
                concerned = oldestFirst(step);
            }
        }
        return weight.get() <= budgetBytes;
    }

    /** A stream and when it last grew, read once: a sort must not see it change. */
    private record Quiet(MemoryStream stream, long since) {}

    private List<Quiet> oldestFirst(Step step) {
        return streams.values().stream()
                .map(stream -> {
                    synchronized (stream) {
                        return concerns(step, stream)
                                ? new Quiet(stream, stream.head().millis())
                                : null;
                    }
                })
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(Quiet::since))
                .toList();
    }

    private void apply(Step step, MemoryStream stream) {
        synchronized (stream) {
            if (stream.isErased() || !concerns(step, stream)) {
                return;
            }
            long before = stream.weight();
            step.shrink(stream, erase);
            if (!stream.isErased()) {
                weight.addAndGet(stream.weight() - before);
            }
        }
    }

    private boolean concerns(Step step, MemoryStream stream) {
        return step.concerns.test(stream) && !(step == Step.REMAINS && isRead.test(stream.name()));
    }

    private enum Step {
        FINISHED_RUNS(stream -> isFinishedRun(stream) && stream.size() > 1) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                stream.keepLastWord();
            }
        },
        REMAINS(stream -> isFinishedRun(stream)
                || isFinishedAudio(stream)
                || stream.name().kind() == StreamName.Kind.CLAIM),
        FEEDS(stream -> stream.name().kind() == StreamName.Kind.FEED && stream.size() > 1) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                stream.halve();
            }
        },
        CONVERSATIONS(stream -> stream.name().kind() == StreamName.Kind.SESSION),
        /** A list without its conversations is worth little, and one conversation costs more than the whole list. */
        SHELVES(stream -> stream.name().kind() == StreamName.Kind.SHELF);

        private final Predicate<MemoryStream> concerns;

        Step(Predicate<MemoryStream> concerns) {
            this.concerns = concerns;
        }

        void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
            erase.accept(stream);
        }

        private static boolean isFinishedAudio(MemoryStream stream) {
            return stream.name().kind() == StreamName.Kind.AUDIO && stream.isClosed();
        }

        private static boolean isFinishedRun(MemoryStream stream) {
            return stream.name().kind() == StreamName.Kind.RUN && stream.isClosed();
        }
    }
}

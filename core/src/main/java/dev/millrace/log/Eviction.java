package dev.millrace.log;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What goes when the memory log is full, in this order, the longest quiet first:
 *
 * <ol>
 *   <li>finished runs, down to their last word: a late reader gets a {@code gap} and how it ended;
 *   <li>what is left of finished runs, and claims: a late reader gets 404;
 *   <li>the older half of feeds, as often as it takes: a slow reader gets a {@code gap};
 *   <li>conversations.
 * </ol>
 *
 * A run that is not finished is never touched. When nothing is left, appends are refused.
 *
 * <p>It frees a tenth of the budget at once, so that a full log does not sort its streams at every append.
 */
final class Eviction {

    /** Returns whether the log is inside its budget again. One thread makes room while the others wait for it. */
    synchronized boolean makeRoom(
            Map<StreamName, MemoryStream> streams, AtomicLong weight, long budgetBytes, Consumer<MemoryStream> erase) {
        long target = budgetBytes - budgetBytes / 10;
        for (Step step : Step.values()) {
            // Once is enough for every step but the halving of feeds.
            List<Quiet> concerned = oldestFirst(streams, step.concerns);
            while (weight.get() > target && !concerned.isEmpty()) {
                for (Quiet quiet : concerned) {
                    if (weight.get() > target) {
                        step.apply(quiet.stream, weight, erase);
                    }
                }
                concerned = oldestFirst(streams, step.concerns);
            }
        }
        return weight.get() <= budgetBytes;
    }

    /** A stream and when it last grew, read once: a sort must not see it change. */
    private record Quiet(MemoryStream stream, long since) {}

    private static List<Quiet> oldestFirst(Map<StreamName, MemoryStream> streams, Predicate<MemoryStream> concerns) {
        return streams.values().stream()
                .map(stream -> {
                    synchronized (stream) {
                        return concerns.test(stream)
                                ? new Quiet(stream, stream.head().millis())
                                : null;
                    }
                })
                .filter(java.util.Objects::nonNull)
                .sorted(Comparator.comparingLong(Quiet::since))
                .toList();
    }

    private enum Step {
        FINISHED_RUNS(stream -> isFinishedRun(stream) && stream.size() > 1) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                stream.keepLastWord();
            }
        },
        REMAINS(stream -> isFinishedRun(stream) || stream.name().kind() == StreamName.Kind.CLAIM) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                erase.accept(stream);
            }
        },
        FEEDS(stream -> stream.name().kind() == StreamName.Kind.FEED && stream.size() > 1) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                stream.halve();
            }
        },
        CONVERSATIONS(stream -> stream.name().kind() == StreamName.Kind.SESSION) {
            @Override
            void shrink(MemoryStream stream, Consumer<MemoryStream> erase) {
                erase.accept(stream);
            }
        };

        private final Predicate<MemoryStream> concerns;

        Step(Predicate<MemoryStream> concerns) {
            this.concerns = concerns;
        }

        /** @param erase drops a stream whole, takes its weight off, and tells its readers */
        abstract void shrink(MemoryStream stream, Consumer<MemoryStream> erase);

        void apply(MemoryStream stream, AtomicLong weight, Consumer<MemoryStream> erase) {
            synchronized (stream) {
                if (stream.isErased() || !concerns.test(stream)) {
                    return;
                }
                long before = stream.weight();
                shrink(stream, erase);
                if (!stream.isErased()) {
                    weight.addAndGet(stream.weight() - before);
                }
            }
        }

        private static boolean isFinishedRun(MemoryStream stream) {
            return stream.name().kind() == StreamName.Kind.RUN && stream.isClosed();
        }
    }
}

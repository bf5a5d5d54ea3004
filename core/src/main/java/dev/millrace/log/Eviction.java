package dev.millrace.log;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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
    synchronized boolean makeRoom(Map<StreamName, MemoryStream> streams, AtomicLong weight, long budgetBytes) {
        long target = budgetBytes - budgetBytes / 10;
        for (Step step : Step.values()) {
            if (weight.get() <= target) {
                break;
            }
            for (Quiet quiet : oldestFirst(streams, step.concerns)) {
                if (weight.get() <= target) {
                    break;
                }
                step.apply(streams, quiet.stream, weight);
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
            void shrink(Map<StreamName, MemoryStream> streams, MemoryStream stream) {
                stream.keepLastWord();
            }
        },
        REMAINS(stream -> isFinishedRun(stream) || stream.name().kind() == StreamName.Kind.CLAIM) {
            @Override
            void shrink(Map<StreamName, MemoryStream> streams, MemoryStream stream) {
                drop(streams, stream);
            }
        },
        FEEDS(stream -> stream.name().kind() == StreamName.Kind.FEED) {
            @Override
            void shrink(Map<StreamName, MemoryStream> streams, MemoryStream stream) {
                stream.halve();
            }
        },
        CONVERSATIONS(stream -> stream.name().kind() == StreamName.Kind.SESSION) {
            @Override
            void shrink(Map<StreamName, MemoryStream> streams, MemoryStream stream) {
                drop(streams, stream);
            }
        };

        private final Predicate<MemoryStream> concerns;

        Step(Predicate<MemoryStream> concerns) {
            this.concerns = concerns;
        }

        abstract void shrink(Map<StreamName, MemoryStream> streams, MemoryStream stream);

        void apply(Map<StreamName, MemoryStream> streams, MemoryStream stream, AtomicLong weight) {
            synchronized (stream) {
                if (stream.isErased() || !concerns.test(stream)) {
                    return;
                }
                long before = stream.weight();
                shrink(streams, stream);
                weight.addAndGet((stream.isErased() ? 0 : stream.weight()) - before);
            }
        }

        private static boolean isFinishedRun(MemoryStream stream) {
            return stream.name().kind() == StreamName.Kind.RUN && stream.isClosed();
        }

        private static void drop(Map<StreamName, MemoryStream> streams, MemoryStream stream) {
            if (streams.remove(stream.name(), stream)) {
                stream.erase();
            }
        }
    }
}

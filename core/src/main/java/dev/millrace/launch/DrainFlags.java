package dev.millrace.launch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how a process leaves, and how long one connection may stay. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class DrainFlags {

    /** For last words and for the answers under way when the ports close; none of them should take a second. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(10);

    @Option(
            names = "--drain-delay",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = Durations.class,
            description =
                    "After SIGTERM, how long to serve as before, not ready, until load balancers know; ${DEFAULT-VALUE} unless set.")
    Duration delay;

    @Option(
            names = "--drain-grace",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = Durations.class,
            description = "After that, how long active runs may go on; ${DEFAULT-VALUE} unless set.")
    Duration grace;

    @Option(
            names = "--drain-window",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Durations.class,
            description = "After that, over how long readers are sent away; ${DEFAULT-VALUE} unless set.")
    Duration window;

    @Option(
            names = "--connection-lifetime",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a stream or a connection may stay, give or take a tenth; for ever unless set.")
    @Nullable
    Duration lifetime;

    /** The longest that an orderly end may take. */
    Duration bound() {
        return delay.plus(grace).plus(window).plus(LAST_STEPS);
    }

    /** In milliseconds; 0 for ever. */
    long lifetimeMillis() {
        if (lifetime == null) {
            return 0;
        }
        long millis = lifetime.toMillis();
        if (millis < 1_000 || millis > Integer.MAX_VALUE) {
            throw new Misuse("--connection-lifetime must be from 1s to 24d");
        }
        return millis;
    }
}

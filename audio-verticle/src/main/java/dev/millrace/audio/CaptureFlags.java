package dev.millrace.audio;

import dev.millrace.audio.capture.CaptureFolder;
import dev.millrace.audio.capture.CaptureOptions;
import dev.millrace.audio.capture.Redaction;
import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The flags of captured sessions. Filled by picocli, read once at start. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class CaptureFlags {

    private static final long MIB = 1 << 20;

    @Option(
            names = "--capture-dir",
            paramLabel = "DIR",
            description = "Where audio sessions are captured whose clients want it; nowhere unless set.")
    @Nullable
    Path dir;

    @Option(
            names = "--capture-max",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "Largest capture of a session; ${DEFAULT-VALUE} MiB unless set.")
    int max;

    @Option(
            names = "--capture-total",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "How much captures may take together; ${DEFAULT-VALUE} MiB unless set.")
    int total;

    @Option(
            names = "--capture-keep",
            paramLabel = "TIME",
            defaultValue = "7d",
            converter = Durations.class,
            description = "How long a capture is kept; ${DEFAULT-VALUE} unless set.")
    Duration keep;

    @Option(
            names = "--capture-redact",
            paramLabel = "WHAT",
            defaultValue = "none",
            converter = Redactions.class,
            description = "What captures leave out: none, text, audio or all; ${DEFAULT-VALUE} unless set.")
    Redaction redact;

    /** By its name in lower case. */
    static final class Redactions implements CommandLine.ITypeConverter<Redaction> {

        @Override
        public Redaction convert(String text) {
            return Arrays.stream(Redaction.values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "'" + text + "' is none of none, text, audio and all"));
        }
    }

    /** Empty when no session is captured. */
    Future<Optional<CaptureFolder>> open(Vertx vertx) {
        Path folder = dir;
        if (folder == null) {
            return Future.succeededFuture(Optional.empty());
        }
        if (max < 1 || total < max) {
            throw new Misuse("--capture-max is " + max + " and --capture-total is " + total
                    + "; the first must be at least 1, and the second no less than the first");
        }
        if (keep.isZero()) {
            throw new Misuse("--capture-keep must be longer than nothing");
        }
        return CaptureFolder.open(vertx, new CaptureOptions(folder, max * MIB, total * MIB, keep, redact))
                .map(Optional::of)
                .recover(cause -> Future.failedFuture(new Misuse(
                        "captures cannot be kept in " + folder + "; name another folder with --capture-dir")));
    }
}

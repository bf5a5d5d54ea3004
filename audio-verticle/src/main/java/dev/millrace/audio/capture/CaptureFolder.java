package dev.millrace.audio.capture;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The captures of this node: each a file, which goes when it is too old or all together are too large. */
public final class CaptureFolder {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureFolder.class);
    private static final String SUFFIX = ".capture";
    private static final long SWEEP_MS = 3_600_000;

    private final Vertx vertx;
    private final CaptureOptions options;
    private final long timer;

    private CaptureFolder(Vertx vertx, CaptureOptions options) {
        this.vertx = vertx;
        this.options = options;
        this.timer = vertx.setPeriodic(SWEEP_MS, tick -> sweepSoon());
    }

    /** Makes the folder, and clears it of what is too old. @return fails with what the file system says */
    public static Future<CaptureFolder> open(Vertx vertx, CaptureOptions options) {
        return vertx.executeBlocking(() -> {
                    Files.createDirectories(options.folder());
                    sweep(options, Instant.now());
                    return options;
                })
                .map(swept -> new CaptureFolder(vertx, options));
    }

    /** Begins a capture, on its session's loop. A session that is captured again has another file. */
    public Capture begin(String session, JsonObject head) {
        String part = UUID.randomUUID().toString().substring(0, 8);
        Path file = options.folder().resolve(session + "-" + part + SUFFIX);
        JsonObject all = head.copy()
                .put("session", session)
                .put("begun", Instant.now().toString())
                .put("redaction", options.redaction().name());
        return new Capture(vertx.fileSystem(), file, all, options);
    }

    private void sweepSoon() {
        vertx.executeBlocking(() -> {
                    sweep(options, Instant.now());
                    return null;
                })
                .onFailure(cause -> LOG.warn("old captures could not be deleted: {}", cause.getMessage()));
    }

    /** Deletes what is too old, and then the oldest until the rest is small enough. */
    static void sweep(CaptureOptions options, Instant now) throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> files = Files.list(options.folder())) {
            newestFirst = files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(CaptureFolder::time).reversed())
                    .toList();
        }
        long bytes = 0;
        for (Path file : newestFirst) {
            bytes += Files.size(file);
            if (bytes > options.totalBytes() || time(file).toInstant().isBefore(now.minus(options.keep()))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    public void close() {
        vertx.cancelTimer(timer);
    }
}

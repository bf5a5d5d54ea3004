package dev.millrace.audio.capture;

import dev.millrace.audio.capture.Captured.Direction;
import dev.millrace.audio.capture.Captured.Kind;
import dev.millrace.audio.capture.Captured.Passed;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of one session, while it is written. Nothing waits for it: a disk that fails ends the capture and not the
 * session. On the session's loop; what is written together is collected, as the disk has a thread of its own.
 */
public final class Capture {

    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
    private static final int TOGETHER_BYTES = 64 << 10;

    private final Path path;
    private final Redaction redaction;
    private final long most;
    private final long begun = System.nanoTime();
    private final Future<AsyncFile> file;
    private Future<Void> written = Future.succeededFuture();
    private Buffer waiting;
    private long bytes;
    private long seq;
    private boolean over;

    Capture(FileSystem files, Path path, JsonObject head, CaptureOptions options) {
        this.path = path;
        this.redaction = options.redaction();
        this.most = options.sessionBytes();
        this.waiting = Captured.begin(head);
        this.bytes = waiting.length();
        this.file = files.open(
                path.toString(),
                new OpenOptions().setCreateNew(true).setWrite(true).setPerms("rw-------"));
        file.onFailure(this::failed);
    }

    public void text(Direction direction, String message) {
        add(direction, Kind.TEXT, redaction.text(message));
    }

    /** @param sequenced whether it begins with a header */
    public void binary(Direction direction, Buffer frame, boolean sequenced) {
        add(direction, Kind.BINARY, redaction.binary(frame, sequenced));
    }

    private void add(Direction direction, Kind kind, Buffer content) {
        if (over) {
            return;
        }
        if (bytes + content.length() + 2L * Captured.RECORD_HEAD > most) {
            end("full");
            return;
        }
        append(direction, kind, content);
        if (waiting.length() >= TOGETHER_BYTES) {
            flush();
        }
    }

    private void append(Direction direction, Kind kind, Buffer content) {
        Buffer record = new Passed(direction, kind, ++seq, (System.nanoTime() - begun) / 1_000, content).encode();
        bytes += record.length();
        waiting.appendBuffer(record);
    }

    private void flush() {
        Buffer now = waiting;
        waiting = Buffer.buffer();
        written = written.compose(before -> file).compose(open -> open.write(now));
        written.onFailure(this::failed);
    }

    private void failed(Throwable cause) {
        if (!over) {
            over = true;
            LOG.warn("the capture {} ends: {}", path, cause.getMessage());
        }
    }

    /** Nothing more is captured. @param why for whoever reads it; the future is for who wants to read it now */
    public Future<Void> end(String why) {
        if (!over) {
            append(Direction.DOWN, Kind.END, Buffer.buffer(why));
            over = true;
            flush();
            written = written.eventually(() -> file.compose(AsyncFile::close));
        }
        return written;
    }
}

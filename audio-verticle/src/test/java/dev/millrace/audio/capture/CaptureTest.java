package dev.millrace.audio.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.capture.Captured.Direction;
import dev.millrace.audio.capture.Captured.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CaptureTest {

    private static final String CREATED =
            "{\"type\":\"session.created\",\"resume_token\":\"secret\",\"text\":\"Say it, 7 times\"}";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private CaptureOptions options(long sessionBytes, Redaction redaction) {
        return new CaptureOptions(folder, sessionBytes, 1 << 20, Duration.ofDays(1), redaction);
    }

    private Captured captured(CaptureOptions options) throws Exception {
        CaptureFolder captures = await(CaptureFolder.open(vertx, options));
        Capture capture = captures.begin("aud_1", new JsonObject().put("subject", "ada"));
        capture.text(Direction.UP, "{\"type\":\"hello\",\"resume\":{\"token\":\"secret\"}}");
        capture.text(Direction.DOWN, CREATED);
        capture.binary(Direction.UP, Buffer.buffer("0123456789abcdefSOUND"), true);
        capture.binary(Direction.DOWN, Buffer.buffer("SOUND"), false);
        await(capture.end("bye"));
        return Captured.read(Buffer.buffer(Files.readAllBytes(file())));
    }

    private Path file() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static List<String> texts(Captured captured) {
        return captured.passed().stream().map(each -> each.bytes().toString()).toList();
    }

    @Test
    void whatPassedIsReadAgainInItsOrderWithoutItsTokens() throws Exception {
        Captured captured = captured(options(1 << 20, Redaction.NONE));
        assertTrue(captured.whole());
        assertEquals("aud_1", captured.head().getString("session"));
        assertEquals("ada", captured.head().getString("subject"));
        assertEquals(
                List.of(
                        "{\"type\":\"hello\",\"resume\":{\"token\":\"xxxxxx\"}}",
                        CREATED.replace("secret", "xxxxxx"),
                        "0123456789abcdefSOUND",
                        "SOUND",
                        "bye"),
                texts(captured));
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L),
                captured.passed().stream().map(Captured.Passed::seq).toList());
        assertEquals(Direction.UP, captured.passed().get(2).direction());
        assertEquals(Kind.BINARY, captured.passed().get(2).kind());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void wordsAndSoundAreLeftOutWhenTheyAreRedacted() throws Exception {
        List<String> all = texts(captured(options(1 << 20, Redaction.ALL)));
        assertTrue(all.get(1).contains("\"text\":\"xxx xx, x xxxxx\""), all.get(1));
        assertEquals("0123456789abcdef", all.get(2));
        assertEquals("", all.get(3));
    }

    @Test
    void aCaptureThatIsFullSaysSoAndEnds() throws Exception {
        Captured captured = captured(options(300, Redaction.NONE));
        List<String> all = texts(captured);
        assertTrue(captured.whole());
        assertEquals("full", all.get(all.size() - 1));
        assertTrue(Files.size(file()) <= 300, Files.size(file()) + " bytes");
    }

    @Test
    void aFileThatWasCutOffIsReadAsFarAsItGoes() throws Exception {
        captured(options(1 << 20, Redaction.NONE));
        byte[] bytes = Files.readAllBytes(file());
        for (int length = bytes.length - 1; length > bytes.length - 20; length--) {
            Captured cut = Captured.read(Buffer.buffer(bytes).getBuffer(0, length));
            assertFalse(cut.whole());
            assertEquals(4, cut.passed().size());
        }
        assertThrows(IllegalArgumentException.class, () -> Captured.read(Buffer.buffer("RIFF")));
    }

    @Test
    void whatIsTooOldGoesAndThenTheOldestUntilTheRestIsSmallEnough() throws Exception {
        Instant now = Instant.parse("2026-01-08T00:00:00Z");
        for (int hours : List.of(1, 2, 3, 30)) {
            Path file = Files.write(folder.resolve("aud_" + hours + ".capture"), new byte[40]);
            Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofHours(hours))));
        }
        Path foreign = Files.write(folder.resolve("notes.txt"), new byte[1_000]);
        CaptureFolder.sweep(new CaptureOptions(folder, 1, 100, Duration.ofDays(1), Redaction.NONE), now);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(
                            "aud_1.capture",
                            "aud_2.capture",
                            foreign.getFileName().toString()),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}

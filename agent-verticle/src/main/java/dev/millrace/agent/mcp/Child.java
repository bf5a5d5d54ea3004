package dev.millrace.agent.mcp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of ours. It gets no shell, and of our environment only what every program needs: the rest may hold secrets that
 * are none of its business. What is written to it waits on a thread of its own, for a pipe may be full.
 */
final class Child {

    private static final Set<String> INHERITED =
            Set.of("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER");

    /** It gets so long for each of: its input has ended, the request to end. */
    private static final long GRACE_MILLIS = 1_000;

    /** So much may wait to be written to one that does not read. */
    private static final int MOST_WAITING = 1_024;

    private final Process process;
    private final ExecutorService writer;

    private Child(Process process, String name) {
        this.process = process;
        this.writer = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> thread(task, name + "-in"));
    }

    /**
     * Blocks while the process is made.
     *
     * @throws IOException when there is no such program
     */
    static Child start(String name, Address.Program program) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(Stream.of(program.command()), program.arguments().stream())
                        .toList());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(program.environment());
        return new Child(builder.start(), name);
    }

    /** A thread that keeps nobody from ending. */
    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, "mcp-" + name);
        thread.setDaemon(true);
        return thread;
    }

    Lines output(int longest) {
        return new Lines(process.getInputStream(), longest);
    }

    Lines errors(int longest) {
        return new Lines(process.getErrorStream(), longest);
    }

    /**
     * Writes it later, in order; from any thread.
     *
     * @throws java.util.concurrent.RejectedExecutionException when too much waits already, or it has been stopped
     */
    void write(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        writer.execute(() -> {
            try {
                OutputStream input = process.getOutputStream();
                input.write(bytes);
                input.flush();
            } catch (IOException gone) {
                // Whoever reads its output sees its end.
            }
        });
    }

    /** What became of it. Blocks for a moment, for it ends a little after its output. */
    String ending() throws InterruptedException {
        return process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)
                ? "it ended with status " + process.exitValue()
                : "it closed its output";
    }

    /** Ends its input, then asks it to end, then ends it, and whatever it has started. Never fails. */
    CompletableFuture<?> stop() {
        Set<ProcessHandle> family = new HashSet<>(descendants());
        writer.shutdown();
        closeInput();
        return ended().handle((done, late) -> {
                    family.addAll(descendants());
                    family.forEach(ProcessHandle::destroy);
                    process.destroy();
                    return null;
                })
                .thenCompose(asked -> ended())
                .handle((done, late) -> {
                    family.forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    writer.shutdownNow();
                    return null;
                });
    }

    /** On a thread of its own: while somebody is stuck in writing, closing waits for the same lock. */
    private void closeInput() {
        thread(
                        () -> {
                            try {
                                process.getOutputStream().close();
                            } catch (IOException gone) {
                                // then it is closed
                            }
                        },
                        "close")
                .start();
    }

    private List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    private CompletableFuture<?> ended() {
        return process.onExit().thenApply(same -> same).orTimeout(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
}

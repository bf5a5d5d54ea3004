package dev.millrace.system;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * The library of a front end as npm has it, in a Node of its own: it is told what a person does, and says what the person
 * would see.
 */
final class FrontEnd implements AutoCloseable {

    private static final int OLDEST_NODE = 20;
    private static final Path SCRIPTS = Project.file("system-tests/src/test/node");

    private final Process process;
    private final BufferedWriter in;
    private final Path stderr;
    private final Map<String, JsonObject> seen = new HashMap<>();
    private final Map<String, List<JsonObject>> done = new HashMap<>();
    private boolean gone;

    private FrontEnd(Process process, Path stderr) {
        this.process = process;
        this.in = process.outputWriter();
        this.stderr = stderr;
        Thread reader = new Thread(this::read, "front end");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Runs a program to its end, and returns what it has said.
     *
     * @param program a module, which may import the packages that are here
     */
    static String program(String program) throws IOException {
        String node = OnPath.require("node").toString();
        require(node);
        Path place = Files.createDirectories(SCRIPTS.resolve("node_modules/.programs"));
        Path file = Files.createTempFile(place, "program", ".mjs");
        try {
            return said(node, Files.writeString(file, program).toString());
        } finally {
            Files.delete(file);
        }
    }

    /** Skips the test where there is no Node, or one that is too old. */
    static FrontEnd start(Path folder, String script, String... args) throws IOException {
        String node = OnPath.require("node").toString();
        require(node);
        List<String> command =
                new ArrayList<>(List.of(node, SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(args));
        Path stderr = Files.createTempFile(folder, "node", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(SCRIPTS.toFile())
                .redirectError(stderr.toFile())
                .start();
        return new FrontEnd(process, stderr);
    }

    /** Runs a script to its end: what it says, given a file to read. Skips the test as {@link #start} does. */
    static String run(Path input, String script, String... args) throws IOException {
        String node = OnPath.require("node").toString();
        require(node);
        List<String> command =
                new ArrayList<>(List.of(node, SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(SCRIPTS.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The packages of the lock file, brought once. */
    private static synchronized void require(String node) throws IOException {
        int version = Integer.parseInt(
                said(node, "--version").replaceAll("v(\\d+).*", "$1").strip());
        Assumptions.assumeTrue(
                version >= OLDEST_NODE,
                "Node " + version + " is too old for these packages; " + OLDEST_NODE + " will do");
        Path lock = SCRIPTS.resolve("package-lock.json");
        Path brought = SCRIPTS.resolve("node_modules/.brought");
        if (Files.exists(brought) && Files.mismatch(lock, brought) < 0) {
            return;
        }
        String npm = OnPath.require("npm").toString();
        String output = said(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        if (!Files.exists(SCRIPTS.resolve("node_modules/ai/package.json"))) {
            String what = "npm ci did not bring the packages of " + lock + ": " + output;
            if (System.getenv("CI") != null) {
                throw new AssertionError(what);
            }
            throw new TestAbortedException(what);
        }
        Files.copy(lock, brought, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String said(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(SCRIPTS.toFile())
                .redirectErrorStream(true)
                .start();
        process.outputWriter().close();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                heard(new JsonObject(line));
            }
        } catch (IOException e) {
            // it was killed
        }
        synchronized (this) {
            gone = true;
            notifyAll();
        }
    }

    private synchronized void heard(JsonObject line) {
        String tab = line.getString("tab");
        if (line.containsKey("done")) {
            done.computeIfAbsent(tab, each -> new ArrayList<>()).add(line);
        } else {
            seen.put(tab, line);
        }
        notifyAll();
    }

    /** Tells it what a person does in a tab. */
    FrontEnd tell(String tab, String what, Object... fields) {
        JsonObject command = new JsonObject().put("do", what).put("tab", tab);
        for (int i = 0; i < fields.length; i += 2) {
            command.put((String) fields[i], fields[i + 1]);
        }
        try {
            in.write(command.encode());
            in.newLine();
            in.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, and waits until the library has done with it. */
    FrontEnd tellAndWait(String tab, String what, Object... fields) {
        int before = doneIn(tab).size();
        tell(tab, what, fields);
        await(() -> "the end of " + what + " in " + tab, () -> doneIn(tab).size() > before);
        JsonObject last = doneIn(tab).get(before);
        if (last.containsKey("failed")) {
            throw new AssertionError(what + " in " + tab + " failed: " + last.getString("failed"));
        }
        return this;
    }

    private synchronized List<JsonObject> doneIn(String tab) {
        return List.copyOf(done.getOrDefault(tab, List.of()));
    }

    /** What a tab shows, as soon as it shows this. */
    JsonObject await(String tab, Predicate<JsonObject> condition) {
        await(() -> "what was to come in " + tab + ", which shows " + see(tab), () -> condition.test(see(tab)));
        return see(tab);
    }

    /** What a tab shows when it is at rest. */
    JsonObject await(String tab, String status) {
        return await(tab, shown -> status.equals(shown.getString("status")));
    }

    synchronized JsonObject see(String tab) {
        return seen.getOrDefault(tab, new JsonObject());
    }

    private synchronized void await(java.util.function.Supplier<String> what, java.util.function.BooleanSupplier is) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try {
            while (!is.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (gone || left <= 0) {
                    throw new AssertionError(
                            (gone ? "Node is gone before " : "never came: ") + what.get() + "; stderr: " + errors());
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String errors() {
        try {
            return Files.readString(stderr);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The message that a tab shows last. */
    static JsonObject last(JsonObject shown) {
        JsonArray messages = shown.getJsonArray("messages", new JsonArray());
        return messages.isEmpty() ? new JsonObject() : messages.getJsonObject(messages.size() - 1);
    }

    /** A message as the types of its parts. */
    static String types(JsonObject message) {
        return parts(message).stream().map(part -> part.getString("type")).collect(Collectors.joining(" "));
    }

    /** The text of a message of an assistant. */
    static String text(JsonObject message) {
        return parts(message).stream()
                .filter(part -> "text".equals(part.getString("type")))
                .map(part -> part.getString("text"))
                .collect(Collectors.joining());
    }

    static List<JsonObject> parts(JsonObject message) {
        return message.getJsonArray("parts", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    static JsonObject part(JsonObject message, String type) {
        return parts(message).stream()
                .filter(part -> type.equals(part.getString("type")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " in " + message));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

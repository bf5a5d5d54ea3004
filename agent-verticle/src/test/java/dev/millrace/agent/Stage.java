package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.time.HandClock;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.feed.Happenings;
import dev.millrace.glob.Glob;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;
import dev.millrace.run.AgentBus;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.Revision;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent with a real log, and with time, a model and documents in the test's hand. All of it happens on the test's
 * thread, at once, so a test reads the log right after it did something.
 */
final class Stage {

    static final Owner ANNA = new Owner("default", "anna");
    static final Limits LIMITS =
            new Limits(100, Duration.ofMinutes(2), Duration.ofSeconds(60), Duration.ofMinutes(10), 8_000, 0, 0);

    private static final int LOG_BYTES = 1 << 20;

    /** There is no other agent to ask. */
    private static final Agents NOBODY = new AgentBus(Vertx.vertx().eventBus());

    final HandClock clock = new HandClock();
    final HandModel model = new HandModel();
    final HandRetriever documents = new HandRetriever();
    final HandTools tools = new HandTools();
    final MemoryLog memory;
    final HeldLog log;
    final Agent agent;

    Stage(Vertx vertx, Limits limits) {
        this(vertx, limits, false);
    }

    /** @param callsTools whether the model may be given tools */
    Stage(Vertx vertx, Limits limits, boolean callsTools) {
        this(vertx, limits, callsTools, List.of());
    }

    /** @param approval tools that a person has to allow */
    Stage(Vertx vertx, Limits limits, boolean callsTools, List<Glob> approval) {
        model.callsTools = callsTools;
        memory = new MemoryLog(vertx, clock::millis, Map.of(), LOG_BYTES);
        log = new HeldLog(memory);
        Happenings told = Happenings.to(memory, "", "node0001", clock::millis);
        LostRuns lostRuns = new LostRuns(log, clock::millis, told);
        agent = new Agent(
                new Surroundings(clock, log, "node0001", told, lostRuns, Register.NONE),
                limits,
                new Answering(model, documents, clock, List.of(), tools, approval),
                new Elsewhere(log, NOBODY, lostRuns));
    }

    /** What is asked; each method gives another one like it. */
    record Ask(
            String message,
            @Nullable String session,
            boolean detach,
            IfRunning ifRunning,
            @Nullable Long timeout,
            @Nullable List<String> tools,
            @Nullable String key,
            String digest,
            @Nullable String named,
            @Nullable Revision revision) {

        Ask in(Started before) {
            return new Ask(message, before.session(), detach, ifRunning, timeout, tools, key, digest, named, revision);
        }

        Ask detached() {
            return new Ask(message, session, true, ifRunning, timeout, tools, key, digest, named, revision);
        }

        Ask or(IfRunning other) {
            return new Ask(message, session, detach, other, timeout, tools, key, digest, named, revision);
        }

        Ask within(long millis) {
            return new Ask(message, session, detach, ifRunning, millis, tools, key, digest, named, revision);
        }

        Ask with(String... some) {
            return new Ask(message, session, detach, ifRunning, timeout, List.of(some), key, digest, named, revision);
        }

        Ask named(String name) {
            return new Ask(message, session, detach, ifRunning, timeout, tools, key, digest, name, revision);
        }

        Ask editing(String id) {
            return revising(new Revision(Revision.Kind.EDIT, id));
        }

        private Ask revising(Revision other) {
            return new Ask(message, session, detach, ifRunning, timeout, tools, key, digest, named, other);
        }

        Ask keyed(String key, String digest) {
            return new Ask(message, session, detach, ifRunning, timeout, tools, key, digest, named, revision);
        }
    }

    static Ask ask(String message) {
        return new Ask(message, null, false, IfRunning.ENQUEUE, null, null, null, "digest", null, null);
    }

    /** To answer again what this message asks or answers. */
    static Ask again(String id) {
        return ask("").revising(new Revision(Revision.Kind.REGENERATE, id));
    }

    Future<Started> begin(Ask ask) {
        return agent.start(new StartRun(
                ANNA,
                ask.message(),
                ask.named(),
                ask.revision(),
                ask.session(),
                false,
                ask.detach(),
                ask.ifRunning(),
                ask.timeout(),
                ask.tools(),
                List.of(),
                new JsonObject(),
                ask.key(),
                ask.digest()));
    }

    Started start(Ask ask) {
        return now(begin(ask));
    }

    Started start(String message) {
        return start(ask(message));
    }

    Refusal refused(Ask ask) {
        return refusal(begin(ask));
    }

    static Refusal refusal(Future<?> future) {
        assertTrue(future.failed(), () -> "is not refused: " + future);
        if (future.cause() instanceof Refusal refusal) {
            return refusal;
        }
        throw new AssertionError(future.cause());
    }

    static <T> T now(Future<T> future) {
        assertTrue(future.isComplete(), "takes time");
        if (future.failed()) {
            throw new AssertionError(future.cause());
        }
        return future.result();
    }

    List<Entry> entries(StreamName stream) {
        return now(memory.all(stream));
    }

    /** A run's whole stream: when each event came since the beginning, its type, its JSON. Ids go by what they name. */
    String told(Started run) {
        StringBuilder told = new StringBuilder();
        String answer = "";
        int seq = 0;
        for (Entry entry : entries(StreamName.run(run.run()))) {
            assertEquals(++seq, entry.id().seq());
            JsonObject json = new JsonObject(entry.data());
            answer = json.getString("message", "").startsWith("msg_") ? json.getString("message") : answer;
            told.append('+')
                    .append(HandClock.since(entry.id().millis()))
                    .append(' ')
                    .append(entry.type())
                    .append(' ')
                    .append(entry.data())
                    .append('\n');
        }
        String text = told.toString().replace(run.run(), "RUN").replace(run.session(), "SES");
        return answer.isEmpty() ? text : text.replace(answer, "MSG");
    }

    /** The event a stream begins with. */
    static String started(long at) {
        return "+" + at + " status {\"step\":\"started\",\"run\":\"RUN\",\"session\":\"SES\",\"message\":\"MSG\"}\n";
    }

    static String retrieving(long at) {
        return "+" + at + " status {\"step\":\"retrieving\",\"label\":\"Searching 12 documents\"}\n";
    }

    static String generating(long at) {
        return "+" + at + " status {\"step\":\"generating\"}\n";
    }

    /** @param usage for example {@code "input_tokens":31,"output_tokens":42} */
    static String done(
            long at, String status, String finish, long latency, @Nullable Long ttft, String usage, String text) {
        return "+%d done {\"status\":\"%s\",\"finish\":\"%s\",\"latency_ms\":%d,\"ttft_ms\":%s,\"usage\":{%s},\"text_length\":%d,\"text_sha256\":\"%s\"}\n"
                .formatted(at, status, finish, latency, ttft, usage, text.length(), sha256(text));
    }

    /** The usage of an answer that nobody counted. */
    static String estimated(int input, int output) {
        return "\"input_tokens\":%d,\"output_tokens\":%d,\"estimated\":true".formatted(input, output);
    }

    static final String NOTHING = estimated(0, 0);

    /** What {@link HandModel.Speech#finish} says it cost. */
    static final String COUNTED = "\"input_tokens\":31,\"output_tokens\":42";

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A conversation, a message a line: who, how it ended, what was said. */
    List<String> conversation(Started run) {
        return Conversation.of(entries(StreamName.session(run.session()))).messages().stream()
                .map(message -> message.role() == Conversation.Role.USER
                        ? "? " + message.text()
                        : message.status() + ": " + message.text())
                .toList();
    }

    /** How the last word of a run reads, for tests that are not about the words before. */
    String ending(Started run) {
        List<Entry> all = entries(StreamName.run(run.run()));
        List<JsonObject> done = all.stream()
                .filter(Entry::isLastWord)
                .map(entry -> new JsonObject(entry.data()))
                .toList();
        assertEquals(1, done.size(), () -> "last words in " + all);
        return done.get(0).getString("status") + " " + done.get(0).getString("finish");
    }

    List<String> steps(Started run) {
        List<String> steps = new ArrayList<>();
        entries(StreamName.run(run.run())).forEach(entry -> {
            JsonObject json = new JsonObject(entry.data());
            steps.add(entry.type().equals("status") ? json.getString("step") : entry.type());
        });
        return steps;
    }

    /** More than the log may hold, in a stream that it may not evict: from here on it takes last words only. */
    void fillTheLog() {
        Event large = Event.of("token", Buffer.buffer("x".repeat(LOG_BYTES)));
        now(memory.append(StreamName.run("filler"), List.of(large), StreamLog.ANYWHERE));
    }

    /** Nobody is left, and nothing will ring. */
    void assertQuiet() {
        assertEquals(0, agent.runs());
        assertEquals(0, clock.bells());
    }
}

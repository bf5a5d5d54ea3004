package dev.millrace.feed;

import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.log.StreamLog;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Turn;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway itself tells its tenants: CloudEvents in a feed of each. Telling never waits and never fails; when the
 * log takes no more, what happened is left out and counted in the server's log, for nothing that happens may depend on
 * being told. No text of a conversation is ever told, only whose turn it was.
 *
 * <p>Safe from any thread.
 */
public final class Happenings {

    private final @Nullable StreamLog log;
    private final String feed;
    private final String node;
    private final String role;
    private final LongSupplier clock;
    private final Map<FeedName, Outbox> outboxes;

    private Happenings(
            @Nullable StreamLog log,
            String feed,
            String node,
            String role,
            LongSupplier clock,
            Map<FeedName, Outbox> outboxes) {
        this.log = log;
        this.feed = feed;
        this.node = node;
        this.role = role;
        this.clock = clock;
        this.outboxes = outboxes;
    }

    /**
     * @param feed of each tenant; empty to tell nothing
     * @param node a name for this process that no other has
     * @param clock milliseconds since the Unix epoch
     * @throws IllegalArgumentException when the feed's name is none
     */
    public static Happenings to(StreamLog log, String feed, String node, LongSupplier clock) {
        check(feed);
        return new Happenings(feed.isEmpty() ? null : log, feed, node, "node", clock, new ConcurrentHashMap<>());
    }

    /**
     * Judges the name of the feed before there is a log to write to.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static void check(String feed) {
        if (!feed.isEmpty() && !FeedName.isName(feed)) {
            throw new IllegalArgumentException("--events-feed is '" + feed
                    + "', and must have 1 to 64 lower-case letters, digits, dots, dashes or underscores, or be empty");
        }
    }

    /** The same, told by a part of the process: the source of its events is {@code /role/node}. */
    public Happenings of(String role) {
        return new Happenings(log, feed, node, role, clock, outboxes);
    }

    /** A person, or the agent, said something in a conversation. */
    public void messagePosted(Owner owner, String session, String message, String author) {
        tell(
                owner,
                "session.message.posted",
                "session/" + session,
                new JsonObject().put("session", session).put("message", message).put("author", author));
    }

    /** Somebody began to watch or to speak in a conversation. */
    public void memberJoined(Owner owner, String session, String member) {
        tell(
                owner,
                "session.member.joined",
                "session/" + session,
                new JsonObject().put("session", session).put("member", member));
    }

    /** @param what was changed: {@code title}; {@code branch} when another one is active; or {@code erased} */
    public void sessionChanged(Owner owner, String session, String what) {
        tell(
                owner,
                "session.changed",
                "session/" + session,
                new JsonObject().put("session", session).put("changed", what));
    }

    public void runStarted(Owner owner, RunRef run) {
        tell(owner, "run.started", run.subject(), run.toJson());
    }

    /** @param call the id of the call within its run */
    public void toolFinished(Owner owner, RunRef run, String call, String tool, boolean ok, long tookMillis) {
        tell(
                owner,
                "run.tool.finished",
                run.subject(),
                run.toJson().put("call", call).put("tool", tool).put("ok", ok).put("took_ms", tookMillis));
    }

    /** @param request what the input must name, of this kind */
    public void inputRequired(Owner owner, RunRef run, String request, String kind) {
        tell(
                owner,
                "run.input.required",
                run.subject(),
                run.toJson().put("request", request).put("kind", kind));
    }

    /**
     * What somebody needs to know who was not there: how it ended, why it failed if it did, and where the answer stands.
     */
    public void runCompleted(Owner owner, RunRef run, Done done, @Nullable Failure failure) {
        JsonObject data = run.toJson()
                .put("status", done.status().text())
                .put("finish", done.finish())
                .put("latency_ms", done.latencyMillis())
                .put("usage", done.usage())
                .put("text_length", done.textLength())
                .put("message", Turn.answerId(run.run()));
        tell(owner, "run.completed", run.subject(), failure == null ? data : data.put("error", failure.code()));
    }

    public void audioStarted(Owner owner, String audio) {
        tell(owner, "audio.session.started", "audio/" + audio, new JsonObject().put("audio", audio));
    }

    public void audioEnded(Owner owner, String audio, String reason, long tookMillis) {
        tell(
                owner,
                "audio.session.ended",
                "audio/" + audio,
                new JsonObject().put("audio", audio).put("reason", reason).put("took_ms", tookMillis));
    }

    /** This process takes no new work. A process has no tenant, so the default one is told. */
    public void nodeDraining() {
        tell(
                dev.millrace.auth.Caller.DEFAULT_TENANT,
                "node.draining",
                "node/" + node,
                new JsonObject().put("node", node));
    }

    private void tell(Owner owner, String name, String subject, JsonObject data) {
        tell(owner.tenant(), name, subject, data);
    }

    private void tell(String tenant, String name, String subject, JsonObject data) {
        StreamLog to = log;
        if (to == null) {
            return;
        }
        String id = OwnedId.randomText();
        String source = "/" + role + "/" + node;
        String type = CloudEvent.RESERVED + name + ".v1";
        Instant now = Instant.ofEpochMilli(clock.getAsLong()).truncatedTo(ChronoUnit.MILLIS);
        JsonObject json = new JsonObject()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", source)
                .put("type", type)
                .put("subject", subject)
                .put("time", now.toString())
                .put("datacontenttype", "application/json")
                .put("data", data);
        // Not through a writer with claims: an id of 80 random bits is its own, and costs no append.
        CloudEvent event = new CloudEvent(source, id, type, json.toBuffer());
        outboxes.computeIfAbsent(new FeedName(tenant, feed), each -> new Outbox(to, each.stream()))
                .put(event);
    }
}

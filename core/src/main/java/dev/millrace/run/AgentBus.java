package dev.millrace.run;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Agents} over the event bus: small JSON commands there, a small JSON reply back. Events never travel here; they
 * are in the log.
 *
 * <p>Who wants an agent, any agent, calls first: whichever hears it says its name at once. The command then goes to that
 * one by name, so that its death is noticed while it is asked, and another can be.
 */
public final class AgentBus implements Agents {

    private static final String CALL = "millrace.agent.call";
    private static final String START = "millrace.agent.start.";
    private static final String CANCEL = "millrace.agent.cancel.";
    private static final String INPUT = "millrace.agent.input.";
    private static final String AMEND = "millrace.agent.amend.";
    private static final String HEARD = "millrace.agent.heard.";
    private static final String ERASE = "millrace.agent.erase.";

    /** How long an agent may take to say its name, which is no work; the bus may still send to one that has died. */
    private static final long CALL_MILLIS = 1_000;

    private static final int CALLS = 5;

    /** How long an agent may take to accept a run: it writes a few entries, no more. */
    private static final long REPLY_MILLIS = 10_000;

    /** Refusals of one agent that another need not share. */
    private static final Set<String> ITS_OWN = Set.of("busy", "stopping");

    private final EventBus bus;
    private final UnderWay underWay = new UnderWay();

    public AgentBus(EventBus bus) {
        this.bus = bus;
    }

    @Override
    public Future<Started> start(StartRun request) {
        return askAny(START, request.toJson(), new HashSet<>(), null).map(Started::from);
    }

    /** To the agent that has the run; fails with {@code no_agent} when that is gone. */
    @Override
    public Future<Void> cancel(String run) {
        return askOne(CANCEL, OwnedId.node(run), new JsonObject().put("run", run))
                .mapEmpty();
    }

    /** As {@link #cancel}. */
    @Override
    public Future<Void> input(String run, Input input) {
        JsonObject command = new JsonObject().put("run", run).put("said", input.toJson());
        return askOne(INPUT, OwnedId.node(run), command).mapEmpty();
    }

    /** To any agent: what was heard is written into the log, whoever wrote the answer. */
    @Override
    public Future<Void> heard(String session, String run, String text) {
        JsonObject command =
                new JsonObject().put("session", session).put("run", run).put("text", text);
        return askAny(HEARD, command, new HashSet<>(), null).mapEmpty();
    }

    @Override
    public Future<Void> amend(Owner owner, String session, Amendment amendment) {
        JsonObject command = owner.toJson().put("session", session).put("amendment", amendment.toJson());
        return askAny(AMEND, command, new HashSet<>(), null).mapEmpty();
    }

    @Override
    public Future<Void> erase(Owner owner, String session) {
        return askAny(ERASE, owner.toJson().put("session", session), new HashSet<>(), null)
                .mapEmpty();
    }

    /** A node is gone. What it was asked is asked of another, or fails. On any thread. */
    public void gone(String node) {
        underWay.gone(node, new ReplyException(ReplyFailure.NO_HANDLERS, "node " + node + " is gone"));
    }

    /**
     * One agent after the other, each once, until one does it or refuses for all.
     *
     * <p>Asking again is safe: an agent that refused has begun nothing, and one that died answers nobody. If it had begun
     * under an idempotency key, the next finds its claim, and with it its run, which ends as lost.
     */
    private Future<JsonObject> askAny(
            String address, JsonObject command, Set<String> tried, @Nullable Throwable refused) {
        return call(CALLS).compose(node -> {
            if (refused != null && tried.contains(node)) {
                return Future.failedFuture(refused);
            }
            tried.add(node);
            return underWay.ask(node, () -> send(address + node, command)).recover(cause -> {
                Throwable refusal = refusal(cause);
                return failed(cause, ReplyFailure.NO_HANDLERS) || isItsOwn(refusal)
                        ? askAny(address, command, tried, refusal)
                        : Future.failedFuture(refusal);
            });
        });
    }

    private static boolean isItsOwn(Throwable refusal) {
        return refusal instanceof Refusal known && ITS_OWN.contains(known.code());
    }

    /** The name of an agent that is there. */
    private Future<String> call(int calls) {
        return bus.<JsonObject>request(CALL, new JsonObject(), new DeliveryOptions().setSendTimeout(CALL_MILLIS))
                .map(reply -> reply.body().getString("node"))
                .recover(cause -> failed(cause, ReplyFailure.TIMEOUT) && calls > 1
                        ? call(calls - 1)
                        : Future.failedFuture(refusal(cause)));
    }

    private Future<JsonObject> askOne(String address, String node, JsonObject command) {
        return underWay.ask(node, () -> send(address + node, command))
                .recover(cause -> Future.failedFuture(refusal(cause)));
    }

    private Future<JsonObject> send(String address, JsonObject command) {
        return bus.<JsonObject>request(address, command, new DeliveryOptions().setSendTimeout(REPLY_MILLIS))
                .map(Message::body);
    }

    private static boolean failed(Throwable cause, ReplyFailure how) {
        return cause instanceof ReplyException reply && reply.failureType() == how;
    }

    private static Throwable refusal(Throwable cause) {
        if (!(cause instanceof ReplyException reply)) {
            return cause;
        }
        if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && reply.failureCode() > 0) {
            return Refusal.decode(reply.failureCode(), String.valueOf(reply.getMessage()));
        }
        String why = reply.failureType() == ReplyFailure.NO_HANDLERS
                ? "No agent is running; start one with the role agent, or"
                : "No agent answered;";
        return new Refusal(503, "no_agent", why + " try again in a moment.");
    }

    /**
     * Answers the bus with an agent. The consumers run on the caller's context.
     *
     * @param node the tag in the ids of the runs that this agent begins
     */
    public static AgentService serve(EventBus bus, String node, Agents agent) {
        MessageConsumer<JsonObject> calls =
                bus.consumer(CALL, message -> message.reply(new JsonObject().put("node", node)));
        MessageConsumer<JsonObject> starts = bus.consumer(
                START + node,
                message ->
                        answer(message, body -> agent.start(StartRun.from(body)).map(Started::toJson)));
        MessageConsumer<JsonObject> cancels = bus.consumer(
                CANCEL + node,
                message -> answer(
                        message, body -> agent.cancel(body.getString("run")).map(new JsonObject())));
        MessageConsumer<JsonObject> inputs = bus.consumer(
                INPUT + node,
                message -> answer(
                        message, body -> agent.input(body.getString("run"), Input.from(body.getJsonObject("said")))
                                .map(new JsonObject())));
        MessageConsumer<JsonObject> amendments = bus.consumer(
                AMEND + node,
                message -> answer(message, body -> agent.amend(
                                Owner.from(body),
                                body.getString("session"),
                                Amendment.from(body.getJsonObject("amendment")))
                        .map(new JsonObject())));
        MessageConsumer<JsonObject> hearings = bus.consumer(
                HEARD + node,
                message -> answer(message, body -> agent.heard(
                                body.getString("session"), body.getString("run"), body.getString("text"))
                        .map(new JsonObject())));
        MessageConsumer<JsonObject> erasures = bus.consumer(
                ERASE + node,
                message -> answer(message, body -> agent.erase(Owner.from(body), body.getString("session"))
                        .map(new JsonObject())));
        return new AgentService(calls, List.of(starts, cancels, inputs, hearings, amendments, erasures));
    }

    private static void answer(Message<JsonObject> message, Function<JsonObject, Future<JsonObject>> work) {
        Future<JsonObject> result;
        try {
            result = work.apply(message.body());
        } catch (RuntimeException e) {
            result = Future.failedFuture(e);
        }
        result.onSuccess(message::reply).onFailure(cause -> {
            Refusal refusal = cause instanceof Refusal known
                    ? known
                    : new Refusal(500, "agent_failed", "The agent failed: " + cause.getMessage());
            message.fail(refusal.status(), refusal.encode());
        });
    }
}

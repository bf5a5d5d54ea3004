package dev.millrace.run;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * {@link Agents} over the event bus: small JSON commands there, a small JSON reply back. Events never travel here; they
 * are in the log.
 */
public final class AgentBus implements Agents {

    private static final String START = "millrace.agent.start";
    private static final String CANCEL = "millrace.agent.cancel.";
    private static final String ERASE = "millrace.agent.erase";

    /** How long an agent may take to accept a run: it writes a few entries, no more. */
    private static final long REPLY_MILLIS = 10_000;

    private final EventBus bus;

    public AgentBus(EventBus bus) {
        this.bus = bus;
    }

    @Override
    public Future<Started> start(StartRun request) {
        return ask(START, request.toJson()).map(Started::from);
    }

    /** To the agent that has the run; fails with {@code no_agent} when that is gone. */
    @Override
    public Future<Void> cancel(String run) {
        return ask(CANCEL + OwnedId.node(run), new JsonObject().put("run", run)).mapEmpty();
    }

    @Override
    public Future<Void> erase(Owner owner, String session) {
        return ask(ERASE, owner.toJson().put("session", session)).mapEmpty();
    }

    private Future<JsonObject> ask(String address, JsonObject command) {
        return bus.<JsonObject>request(address, command, new DeliveryOptions().setSendTimeout(REPLY_MILLIS))
                .map(Message::body)
                .recover(cause -> Future.failedFuture(refusal(cause)));
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
    public static List<MessageConsumer<JsonObject>> serve(EventBus bus, String node, Agents agent) {
        return List.of(
                bus.<JsonObject>consumer(
                        START,
                        message -> answer(message, body -> agent.start(StartRun.from(body))
                                .map(Started::toJson))),
                bus.<JsonObject>consumer(
                        CANCEL + node,
                        message -> answer(message, body -> agent.cancel(body.getString("run"))
                                .map(new JsonObject()))),
                bus.<JsonObject>consumer(
                        ERASE,
                        message -> answer(message, body -> agent.erase(Owner.from(body), body.getString("session"))
                                .map(new JsonObject()))));
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

package dev.millrace.chat;

import dev.millrace.chat.dialect.Answer;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.Pending;
import dev.millrace.chat.dialect.Reply;
import dev.millrace.chat.dialect.Request;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.http.Problem;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation;
import dev.millrace.run.Input;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what front ends answer to a run that asked, in protocols where that is another request: the run gets it as input,
 * and the response goes on behind it.
 */
final class Replies {

    private final Agents agents;
    private final LostRuns lostRuns;
    private final StreamLog log;
    private final Streams streams;

    Replies(Agents agents, LostRuns lostRuns, StreamLog log, Streams streams) {
        this.agents = agents;
        this.lostRuns = lostRuns;
        this.log = log;
        this.streams = streams;
    }

    Future<Void> give(RoutingContext ctx, Dialect dialect, Reply reply) {
        return log.all(StreamName.session(reply.session()))
                .map(entries -> run(reply, Conversation.of(entries)))
                .compose(run ->
                        log.all(StreamName.run(run)).compose(entries -> give(ctx, dialect, reply, run, entries)));
    }

    private static String run(Reply reply, Conversation conversation) {
        String message = reply.message();
        return (message == null ? conversation.newestRun() : conversation.runOf(message))
                .orElseThrow(() -> Problem.notFound("session"));
    }

    private Future<Void> give(RoutingContext ctx, Dialect dialect, Reply reply, String run, List<Entry> entries) {
        if (entries.isEmpty()) {
            return Future.failedFuture(Problem.notFound("run"));
        }
        Pending pending = Pending.of(entries);
        List<Input> inputs = inputs(reply, run, pending.open());
        ctx.response().putHeader("X-Session-Id", reply.session());
        if (inputs.isEmpty() && !pending.hasAsked(request -> isAnswered(reply, run, request))) {
            return Future.failedFuture(
                    new Refusal(409, "input_not_expected", "The newest run has asked nothing that this answers."));
        }
        if (inputs.isEmpty()) {
            return givenBefore(ctx, dialect, run, entries);
        }
        Set<String> settled = new HashSet<>(pending.settled());
        inputs.forEach(input -> settled.add(String.valueOf(input.request())));
        return Future.all(inputs.stream()
                        .map(input -> lostRuns.input(agents, run, input))
                        .toList())
                .compose(taken -> streams.open(
                        ctx, dialect, run, new Visit(Visit.Manner.ANSWERS, null, entries, List.of(), settled)));
    }

    private static boolean isAnswered(Reply reply, String run, Request request) {
        return reply.answers().stream().anyMatch(answer -> answer.answers(run, request));
    }

    private static List<Input> inputs(Reply reply, String run, List<Request> open) {
        List<Input> inputs = new ArrayList<>();
        for (Request request : open) {
            reply.answers().stream()
                    .filter(answer -> answer.answers(run, request))
                    .reduce((earlier, later) -> later)
                    .ifPresent(answer -> inputs.add(input(reply, request, answer)));
        }
        return inputs;
    }

    /** The same request again, from whichever tab, is the same input. */
    private static Input input(Reply reply, Request request, Answer answer) {
        return request.input(reply.exchange() + "_" + request.id(), answer.value());
    }

    /**
     * Nothing of it is asked any more: it was answered by another tab or by a request whose response got lost, or nobody
     * waits for it. A run that is over without being whole is not shown again, for a front end that answers by itself
     * would answer it again, for ever.
     */
    private Future<Void> givenBefore(RoutingContext ctx, Dialect dialect, String run, List<Entry> entries) {
        Outcome outcome = outcome(entries);
        return outcome == null || outcome == Outcome.COMPLETED
                ? streams.reopen(ctx, dialect, run)
                : Future.failedFuture(Refusal.runOver());
    }

    private static @Nullable Outcome outcome(List<Entry> entries) {
        Entry last = entries.get(entries.size() - 1);
        return RunEvent.of(last).orElse(null) instanceof RunEvent.Done done ? done.status() : null;
    }
}

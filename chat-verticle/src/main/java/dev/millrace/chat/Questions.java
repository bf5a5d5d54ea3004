package dev.millrace.chat;

import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.Reply;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.Revision;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** The handler of {@code POST /api/chat}: the agent begins a run or goes on with one, then this is a reader like any other. */
final class Questions {

    private final Agents agents;
    private final StreamLog log;
    private final Streams streams;
    private final Replies replies;

    Questions(Agents agents, StreamLog log, Streams streams, Replies replies) {
        this.agents = agents;
        this.log = log;
        this.streams = streams;
        this.replies = replies;
    }

    void ask(RoutingContext ctx) {
        Body body = Body.json(ctx);
        Dialect dialect = Dialects.of(ctx, body);
        Owner owner = Owner.of(Credentials.caller(ctx));
        Asking asking = dialect.read(body, owner, ChatRequest.idempotencyKey(ctx));
        StartRun start = asking.start();
        (start == null
                        ? reply(ctx, dialect, Objects.requireNonNull(asking.reply()))
                        : placed(start).compose(placed -> begin(ctx, dialect, placed)))
                .onFailure(cause -> ctx.fail(Runs.problem(cause)));
    }

    private Future<Void> reply(RoutingContext ctx, Dialect dialect, Reply reply) {
        return replies.give(ctx, dialect, reply).recover(cause -> {
            Frames said = new Frames();
            return Runs.problem(cause) instanceof Problem problem && dialect.refuses(problem, said)
                    ? streams.say(ctx, dialect, said)
                    : Future.failedFuture(cause);
        });
    }

    /** Not every front end says that it asks the same again, but the message has the name that it had before. */
    private Future<StartRun> placed(StartRun start) {
        String message = start.messageId();
        if (!start.opens() || message == null || start.revision() != null) {
            return Future.succeededFuture(start);
        }
        return log.all(StreamName.session(String.valueOf(start.session())))
                .map(Conversation::of)
                .map(conversation -> conversation.called(message).isPresent()
                        ? start.revised(new Revision(Revision.Kind.EDIT, message))
                        : start);
    }

    private Future<Void> begin(RoutingContext ctx, Dialect dialect, StartRun start) {
        return agents.start(start)
                .recover(cause ->
                        isUnheardOf(start, cause) ? agents.start(start.revised(null)) : Future.failedFuture(cause))
                .compose(started -> stream(ctx, dialect, started));
    }

    /** A front end that has a history of its own may name a message that never came here, or is not kept any more. */
    private static boolean isUnheardOf(StartRun start, Throwable cause) {
        return start.opens()
                && start.revision() != null
                && !start.message().isBlank()
                && cause instanceof Refusal refusal
                && refusal.code().equals("unknown_message");
    }

    private Future<Void> stream(RoutingContext ctx, Dialect dialect, Started started) {
        ctx.response().putHeader("Location", "/api/chat/" + started.run()).putHeader("X-Session-Id", started.session());
        return started.before() && dialect.looksBack()
                ? streams.reopen(ctx, dialect, started.run())
                : streams.open(ctx, dialect, started.run(), Visit.begins());
    }
}

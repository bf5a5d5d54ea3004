package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Usage;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.log.Appender;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer from its question to its last word: waits for the runs ahead of it, retrieves, generates, ends. It is the
 * only writer of its stream. Whatever happens, the stream gets exactly one {@code done}, unless the log says that
 * somebody else has written there: then it was theirs to give.
 *
 * <p>On the agent's thread.
 */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final StreamLog log;
    private final AgentOptions options;
    private final Answering answering;
    private final StartRun request;
    private final Started ids;
    private final StreamName stream;
    private final String answerId = "msg_" + OwnedId.randomText();
    private final long startedAt = System.currentTimeMillis();
    private final Promise<Void> ended = Promise.promise();
    private final Transcript transcript = new Transcript();

    private Appender appender;
    private @Nullable Generation generation;
    private @Nullable Long ttftMillis;
    private @Nullable Usage usage;
    private int storedLength;
    private long watchedAt = startedAt;
    private long timer = NO_TIMER;
    private boolean over;
    private boolean discarded;

    Run(Vertx vertx, StreamLog log, AgentOptions options, Answering answering, StartRun request, Started ids) {
        this.vertx = vertx;
        this.log = log;
        this.options = options;
        this.answering = answering;
        this.request = request;
        this.ids = ids;
        this.stream = StreamName.run(ids.run());
        this.appender = new Appender(log, stream, 0);
    }

    /** Completes, never fails, when the last word is in the log and the answer in its conversation. */
    Future<Void> ended() {
        return ended.future();
    }

    void start(List<Run> ahead) {
        append(new Status(
                Step.STARTED,
                new JsonObject()
                        .put("run", ids.run())
                        .put("session", ids.session())
                        .put("message", answerId)));
        if (ahead.isEmpty()) {
            work();
            return;
        }
        append(new Status(
                Step.QUEUED,
                new JsonObject().put("label", "Waiting for the run before").put("position", ahead.size())));
        Future.join(ahead.stream().map(Run::ended).toList()).onComplete(done -> work());
    }

    private void work() {
        if (over) {
            return;
        }
        Long asked = request.timeoutMillis();
        long limit = options.runTimeout.toMillis();
        timer = vertx.setTimer(
                asked == null ? limit : Math.min(asked, limit), id -> finish(Outcome.TIMEOUT, "timeout", null));
        log.all(StreamName.session(ids.session()))
                .map(entries -> turns(Conversation.of(entries)))
                .compose(turns -> retrieve(turns).map(passages -> new Prompt(turns, passages)))
                .onSuccess(this::generate)
                .onFailure(this::fail);
    }

    /** The conversation up to our question, with the answers that came while we waited, and our question last. */
    private List<Prompt.Turn> turns(Conversation conversation) {
        List<Prompt.Turn> turns = new java.util.ArrayList<>();
        for (Message message : conversation.messages()) {
            if (message.run().equals(ids.run())) {
                break;
            }
            turns.add(turn(message));
            // Answers are written when they end, which may be after our question was asked.
            conversation.messages().stream()
                    .filter(answer -> answer.role() == Conversation.Role.ASSISTANT
                            && message.role() == Conversation.Role.USER
                            && answer.run().equals(message.run()))
                    .map(Run::turn)
                    .forEach(turns::add);
        }
        turns.add(new Prompt.Turn(Prompt.Role.USER, request.message()));
        return turns;
    }

    private static Prompt.Turn turn(Message message) {
        boolean user = message.role() == Conversation.Role.USER;
        return new Prompt.Turn(user ? Prompt.Role.USER : Prompt.Role.ASSISTANT, message.text());
    }

    private Future<List<Passage>> retrieve(List<Prompt.Turn> turns) {
        if (over || !answering.mayRetrieve(request.tools())) {
            return Future.succeededFuture(List.of());
        }
        append(Status.of(Step.RETRIEVING, "Searching " + answering.documents() + " documents"));
        return answering.retrieve(turns).recover(cause -> {
            LOG.warn("run {} could not search the documents", ids.run(), cause);
            append(new RunEvent.Warning("retrieval_failed", "The documents could not be searched."));
            return Future.succeededFuture(List.of());
        });
    }

    private void generate(Prompt prompt) {
        if (over) {
            return;
        }
        if (!prompt.passages().isEmpty()) {
            JsonArray passages = new JsonArray();
            prompt.passages().forEach(passage -> passages.add(passage.toJson()));
            append(new RunEvent.Artifact("passages", 1, "passages", "What was found", passages, true));
        }
        append(Status.of(Step.GENERATING));
        Generation answer = answering.model().generate(prompt);
        generation = answer;
        answer.exceptionHandler(this::fail);
        answer.endHandler(end -> finish(Outcome.COMPLETED, "stop", null));
        answer.handler(this::delta);
    }

    private void delta(Delta delta) {
        if (over) {
            return;
        }
        if (delta instanceof Delta.Text text) {
            token(text.text());
        } else if (delta instanceof Delta.Citation citation) {
            append(transcript.cite(citation));
        } else if (delta instanceof Delta.Caution caution) {
            append(new RunEvent.Warning(caution.code(), caution.message()));
        } else if (delta instanceof Delta.Finish finish) {
            usage = finish.usage();
        }
    }

    private void token(String text) {
        if (ttftMillis == null) {
            ttftMillis = System.currentTimeMillis() - startedAt;
        }
        RunEvent.Token token = transcript.token(text);
        appender.append(token)
                .onSuccess(stored -> storedLength = token.at() + text.length())
                .onFailure(this::broken);
    }

    private void append(Event event) {
        appender.append(event).onFailure(this::broken);
    }

    /** The log did not take an event. Nothing after it may be written as if it were there. */
    private void broken(Throwable cause) {
        if (over) {
            return;
        }
        if (cause instanceof Conflict) {
            LOG.warn("run {} was ended by somebody else: {}", ids.run(), cause.getMessage());
            close();
            ended.complete();
            return;
        }
        appender = new Appender(log, stream, appender.seq());
        transcript.cutTo(storedLength);
        finish(
                Outcome.FAILED,
                "error",
                new RunEvent.Failure("log_full", "The answer could not be kept: " + cause.getMessage(), true));
    }

    private void fail(Throwable cause) {
        if (!over) {
            LOG.error("run {} failed", ids.run(), cause);
            finish(Outcome.FAILED, "error", new RunEvent.Failure("agent_failed", "The agent failed.", true));
        }
    }

    /**
     * Asks for the end.
     *
     * @param why for {@code finish}: {@code cancelled}, {@code interrupted} or {@code unwatched}
     */
    void cancel(String why) {
        finish(Outcome.CANCELLED, why, null);
    }

    /** Ends without a trace in the conversation, which is about to be erased. */
    void discard() {
        discarded = true;
        cancel("cancelled");
    }

    /** The process is going down. */
    void stop() {
        finish(
                Outcome.FAILED,
                "error",
                new RunEvent.Failure("agent_stopped", "The agent was stopped; ask again.", true));
    }

    /** Ends a run that nobody has watched for the grace. Somebody who waits in the queue watches too. */
    void check(long now) {
        if (request.detach() || log.readers(stream) > 0) {
            watchedAt = now;
        } else if (now - watchedAt >= options.detachGrace.toMillis()) {
            cancel("unwatched");
        }
    }

    private void finish(Outcome outcome, String finish, RunEvent.@Nullable Failure failure) {
        if (over) {
            return;
        }
        close();
        if (failure != null) {
            append(failure);
        }
        if (outcome == Outcome.COMPLETED) {
            append(Status.of(Step.COMPLETED));
        }
        appender.append(lastWord(outcome, finish))
                .onFailure(cause -> LOG.error("run {} has no last word", ids.run(), cause))
                .eventually(() -> record(outcome))
                .onComplete(done -> ended.complete());
    }

    private void close() {
        over = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        if (generation != null) {
            generation.cancel();
        }
    }

    private RunEvent.Done lastWord(Outcome outcome, String finish) {
        return new RunEvent.Done(
                outcome,
                finish,
                System.currentTimeMillis() - startedAt,
                ttftMillis,
                usage(),
                transcript.length(),
                transcript.sha256());
    }

    /** What the model counted; for an answer that was cut off, our own estimate. */
    private JsonObject usage() {
        Usage counted = usage == null ? Usage.estimate(request.message().length(), transcript.length()) : usage;
        JsonObject json = new JsonObject()
                .put("input_tokens", counted.inputTokens())
                .put("output_tokens", counted.outputTokens());
        return counted.estimated() ? json.put("estimated", true) : json;
    }

    private Future<?> record(Outcome outcome) {
        if (discarded) {
            return Future.succeededFuture();
        }
        Message answer = new Message(
                answerId,
                Conversation.Role.ASSISTANT,
                transcript.text(),
                ids.run(),
                outcome.text(),
                transcript.citations());
        return log.append(StreamName.session(ids.session()), List.of(answer.toEvent()), StreamLog.ANYWHERE)
                .onFailure(cause -> LOG.error("run {} is not in its conversation", ids.run(), cause));
    }
}

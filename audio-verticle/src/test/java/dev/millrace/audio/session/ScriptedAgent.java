package dev.millrace.audio.session;

import dev.millrace.event.RunEvent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Amendment;
import dev.millrace.run.Input;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Answers every question with the same text, in tokens of four letters, and remembers what it was asked. */
final class ScriptedAgent implements Agents {

    private final StreamLog log;
    private final String answer;
    private final boolean ends;
    final List<StartRun> asked = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    /** What was said to be heard of answers, and what was asked, in the order they came. */
    final List<String> came = new CopyOnWriteArrayList<>();

    /** @param ends whether the answer comes to an end; else it stays unfinished */
    ScriptedAgent(StreamLog log, String answer, boolean ends) {
        this.log = log;
        this.answer = answer;
        this.ends = ends;
    }

    @Override
    public Future<Started> start(StartRun request) {
        asked.add(request);
        came.add("? " + request.message());
        if (request.message().equals("nobody")) {
            return Future.failedFuture(new Refusal(503, "no_agent", "No agent is running."));
        }
        String run = OwnedId.newRun(request.owner(), "aaaaaaaa").text();
        String session = request.session();
        Started started = new Started(
                run, session == null ? OwnedId.newSession(request.owner()).text() : session);
        Future<?> written = Future.succeededFuture();
        for (int at = 0; at < answer.length(); at += 4) {
            RunEvent token = new RunEvent.Token(answer.substring(at, Math.min(answer.length(), at + 4)), at);
            written = written.compose(before -> log.append(StreamName.run(run), List.of(token), StreamLog.ANYWHERE));
        }
        if (ends) {
            RunEvent done = RunEvent.Done.of(RunEvent.Outcome.COMPLETED, "stop", 5, 1L, new JsonObject(), answer);
            written = written.compose(before -> log.append(StreamName.run(run), List.of(done), StreamLog.ANYWHERE));
        }
        return written.map(started);
    }

    @Override
    public Future<Void> cancel(String run) {
        cancelled.add(run);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> input(String run, Input input) {
        return Future.failedFuture(Refusal.runOver());
    }

    @Override
    public Future<Void> amend(Owner owner, String session, Amendment amendment) {
        return Future.failedFuture(Refusal.runOver());
    }

    @Override
    public Future<Void> heard(String session, String run, String text) {
        came.add("! " + text);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> erase(Owner owner, String session) {
        return Future.succeededFuture();
    }

    @Nullable
    String conversationOf(int question) {
        return asked.get(question).session();
    }
}

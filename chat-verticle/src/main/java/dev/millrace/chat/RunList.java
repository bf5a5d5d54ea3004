package dev.millrace.chat;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Owner;
import dev.millrace.run.RunShelf;
import dev.millrace.run.RunState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The caller's runs and how each stands. All of it is read from the runs' own streams, so it is the same on every node, and
 * right for runs whose agent is gone as soon as somebody has ended them.
 */
final class RunList {

    /** Looked at together; a page of a state that few runs are in takes several. */
    private static final int AT_ONCE = 50;

    /** Looked at for one request; whoever wants more goes on after the last. */
    private static final int MOST = 500;

    private final StreamLog log;

    RunList(StreamLog log) {
        this.log = log;
    }

    /** {@code GET /api/chat/runs?state=running&limit=20&before=run_…}: newest first. */
    void list(RoutingContext ctx) {
        Page page = Page.of(ctx);
        Set<RunState> states = states(ctx.queryParam("state"));
        log.all(StreamName.runShelf(Owner.of(Credentials.caller(ctx)).key()))
                .map(RunShelf::of)
                .map(shelf -> page.of(shelf.runs(), UnaryOperator.identity(), "runs"))
                .compose(runs -> more(new Scan(runs, states, page.limit())))
                .compose(scan -> ctx.json(scan.answer()))
                .onFailure(ctx::fail);
    }

    private static Set<RunState> states(List<String> asked) {
        Set<RunState> states = EnumSet.noneOf(RunState.class);
        for (String text : asked) {
            states.add(RunState.of(text)
                    .orElseThrow(() -> Problem.badRequest(
                            "bad_parameter",
                            "state must be one of "
                                    + String.join(
                                            ", ",
                                            EnumSet.allOf(RunState.class).stream()
                                                    .map(RunState::text)
                                                    .toList())
                                    + ".")));
        }
        return states.isEmpty() ? EnumSet.allOf(RunState.class) : states;
    }

    /** How far the list was looked through, and what was found. */
    private static final class Scan {

        final List<String> runs;
        final Set<RunState> states;
        final int limit;
        final JsonArray found = new JsonArray();
        int at;

        Scan(List<String> runs, Set<RunState> states, int limit) {
            this.runs = runs;
            this.states = states;
            this.limit = limit;
        }

        boolean isOver() {
            return found.size() == limit || at == runs.size() || at >= MOST;
        }

        void add(@Nullable JsonObject item) {
            if (found.size() < limit) {
                at++;
                if (item != null) {
                    found.add(item);
                }
            }
        }

        JsonObject answer() {
            return new JsonObject().put("runs", found).put("next", at == runs.size() ? null : runs.get(at - 1));
        }
    }

    private Future<Scan> more(Scan scan) {
        if (scan.isOver()) {
            return Future.succeededFuture(scan);
        }
        List<Future<@Nullable JsonObject>> items =
                scan.runs.subList(scan.at, Math.min(scan.runs.size(), scan.at + AT_ONCE)).stream()
                        .map(run -> item(run, scan.states))
                        .toList();
        return Future.all(items).compose(read -> {
            items.forEach(item -> scan.add(item.result()));
            return more(scan);
        });
    }

    /** Null for a run that is not there any more, never was, or is in another state. */
    private Future<@Nullable JsonObject> item(String run, Set<RunState> states) {
        StreamName stream = StreamName.run(run);
        return log.head(stream).compose(extent -> {
            Entry lastWord = extent.lastWord();
            if (!extent.exists()) {
                return Future.succeededFuture();
            }
            if (lastWord == null) {
                return log.all(stream).map(entries -> item(entries, states));
            }
            return log.read(stream, EventId.BEGINNING, 1)
                    .map(page -> page.entries().isEmpty()
                            ? null
                            : item(List.of(page.entries().get(0), lastWord), states));
        });
    }

    private static @Nullable JsonObject item(List<Entry> entries, Set<RunState> states) {
        RunState state = entries.isEmpty() ? null : RunState.of(entries);
        if (state == null || !states.contains(state)) {
            return null;
        }
        Entry first = entries.get(0);
        Entry last = entries.get(entries.size() - 1);
        JsonObject started = new JsonObject(first.data());
        JsonObject item = new JsonObject()
                .put("run", started.getString("run"))
                .put("session", started.getString("session"))
                .put("message", started.getString("message"))
                .put("state", state.text())
                .put("detach", started.getBoolean("detach", false))
                .put("metadata", started.getJsonObject("metadata", new JsonObject()))
                .put("started_at", time(first));
        return state.isOver()
                ? item.put("ended_at", time(last)).put("finish", new JsonObject(last.data()).getString("finish"))
                : item;
    }

    private static String time(Entry entry) {
        return Instant.ofEpochMilli(entry.id().millis()).toString();
    }
}

package dev.millrace.chat;

import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Amendment;
import dev.millrace.run.Conversation;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Shelf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The handlers of conversations. What they show is folded from the log. */
final class Sessions {

    /** A list of sessions shows it, and the shelf keeps it. In UTF-16 units. */
    private static final int MAX_TITLE = 200;

    private final Agents agents;
    private final StreamLog log;

    Sessions(Agents agents, StreamLog log) {
        this.agents = agents;
        this.log = log;
    }

    /** {@code GET /api/chat/sessions?limit=20&before=ses_…}: newest first. */
    void list(RoutingContext ctx) {
        Page page = Page.of(ctx);
        log.all(StreamName.shelf(Owner.of(Credentials.caller(ctx)).key()))
                .map(Shelf::of)
                .compose(shelf -> page(page.of(shelf.sessions(), Shelf.Session::id, "sessions"), page.limit()))
                .compose(ctx::json)
                .onFailure(ctx::fail);
    }

    /** The shelf outlives its conversations, which go with retention or when the log is full: those are left out. */
    private Future<JsonObject> page(List<Shelf.Session> sessions, int limit) {
        List<Shelf.Session> shown = sessions.subList(0, Math.min(limit, sessions.size()));
        List<Future<Extent>> heads = shown.stream()
                .map(session -> log.head(StreamName.session(session.id())))
                .toList();
        return Future.all(heads).map(known -> {
            JsonArray items = new JsonArray();
            for (int i = 0; i < shown.size(); i++) {
                if (heads.get(i).result().exists()) {
                    items.add(item(shown.get(i)));
                }
            }
            boolean more = shown.size() < sessions.size();
            return new JsonObject()
                    .put("sessions", items)
                    .put("next", more ? shown.get(shown.size() - 1).id() : null);
        });
    }

    private static JsonObject item(Shelf.Session session) {
        return new JsonObject()
                .put("session", session.id())
                .put("title", session.title())
                .put("created_at", Instant.ofEpochMilli(session.createdMillis()).toString());
    }

    /** {@code GET /api/chat/sessions/{session}?branch=msg_…}: the active branch, or the newest with that message. */
    void show(RoutingContext ctx) {
        String session = ownSession(ctx);
        Owner owner = Owner.of(Credentials.caller(ctx));
        String message = ctx.request().getParam("branch");
        log.all(StreamName.session(session))
                .compose(entries -> {
                    if (entries.isEmpty()) {
                        throw Problem.notFound("session");
                    }
                    Conversation conversation = Conversation.of(entries);
                    String run = message == null ? conversation.branches().leaf() : end(conversation, message);
                    return title(owner, session)
                            .compose(title -> ctx.json(new JsonObject()
                                    .put("session", session)
                                    .put("title", title)
                                    .put("messages", Branch.messages(conversation, run))
                                    .put("active_run", conversation.activeRun().orElse(null))));
                })
                .onFailure(ctx::fail);
    }

    private static String end(Conversation conversation, String message) {
        return conversation
                .branchOf(message)
                .orElseThrow(() ->
                        Problem.badRequest("bad_parameter", "branch must be the id of one of the session's messages."));
    }

    /** The shelf may have lost a session that has long been quiet. */
    private Future<@Nullable String> title(Owner owner, String session) {
        return log.all(StreamName.shelf(owner.key())).map(entries -> Shelf.of(entries)
                .session(session)
                .map(Shelf.Session::title)
                .orElse(null));
    }

    /** {@code PATCH /api/chat/sessions/{session}}: another title, another active branch, or both. */
    void amend(RoutingContext ctx) {
        String session = ownSession(ctx);
        Body body = Body.json(ctx);
        Amendment amendment = new Amendment(title(body), ChatRequest.messageId(body, "branch"));
        if (amendment.title() == null && amendment.branch() == null) {
            throw ChatRequest.wrong("title", "is missing, and so is 'branch'; say one of them");
        }
        agents.amend(Owner.of(Credentials.caller(ctx)), session, amendment)
                .onSuccess(amended -> ctx.response().setStatusCode(204).end())
                .onFailure(cause -> ctx.fail(Runs.problem(cause)));
    }

    private static @Nullable String title(Body body) {
        String title = body.text("title").map(String::strip).orElse(null);
        if (title != null
                && (title.isEmpty()
                        || title.length() > MAX_TITLE
                        || title.lines().count() > 1)) {
            throw ChatRequest.wrong("title", "must be one line of 1 to " + MAX_TITLE + " characters");
        }
        return title;
    }

    /** {@code DELETE /api/chat/sessions/{session}}: the agent erases, since it may have a run to end first. */
    void erase(RoutingContext ctx) {
        Owner owner = Owner.of(Credentials.caller(ctx));
        String session = ownSession(ctx);
        log.head(StreamName.session(session))
                .compose(extent -> {
                    if (!extent.exists()) {
                        throw Problem.notFound("session");
                    }
                    return agents.erase(owner, session);
                })
                .onSuccess(erased -> ctx.response().setStatusCode(204).end())
                .onFailure(cause -> ctx.fail(Runs.problem(cause)));
    }

    private static String ownSession(RoutingContext ctx) {
        String session = ctx.pathParam("session");
        if (!OwnedId.isSessionOf(Owner.of(Credentials.caller(ctx)), session)) {
            throw Problem.notFound("session");
        }
        return session;
    }
}

package dev.millrace.agent;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.feed.Happenings;
import dev.millrace.log.Conflict;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.Answers;
import dev.millrace.run.Amendment;
import dev.millrace.run.Branches;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.Shelf;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Conversations in the log: questions go in, answers follow. Both are appended with the seq that the conversation was
 * read at, so of two who write at once one reads again.
 */
final class Conversations {

    private static final int TITLE_LENGTH = 80;

    /** Of two who write to one conversation at once, one has to read again; each time somebody gets ahead. */
    private static final int ATTEMPTS = 20;

    private final StreamLog log;
    private final Happenings told;
    private final Predicate<String> isHere;
    private final Answers answers;

    /** @param isHere whether a run is one of this agent's that is not over */
    Conversations(StreamLog log, Happenings told, Predicate<String> isHere) {
        this.log = log;
        this.told = told;
        this.isHere = isHere;
        this.answers = new Answers(log);
    }

    Future<Conversation> read(String session) {
        return log.all(StreamName.session(session)).map(Conversation::of);
    }

    /** The conversation as it was, and the question that was written into it. */
    record Entered(Conversation before, Asked asked) {}

    /** Writes a question into its conversation. */
    Future<Entered> enter(StartRun request, Started ids) {
        StreamName session = StreamName.session(ids.session());
        return write(session, ATTEMPTS, entries -> {
                    Conversation before = Conversation.of(entries);
                    return admit(request, before).map(admitted -> {
                        Asked asked = Asked.of(request, ids.run(), before);
                        return new Change<>(asked.events(), new Entered(before, asked));
                    });
                })
                .compose(entered -> shelve(request, session, entered.before()).map(entered))
                .onSuccess(entered -> tell(request, session.id(), entered.asked()));
    }

    private void tell(StartRun request, String session, Asked asked) {
        Message posted = asked.posted();
        if (posted != null) {
            told.messagePosted(request.owner(), session, posted.id(), "user");
        }
        if (request.revision() != null) {
            told.sessionChanged(request.owner(), session, "branch");
        }
    }

    /** What is to be written, and what is said when it is. */
    private record Change<T>(List<Event> events, T result) {}

    private <T> Future<T> write(StreamName session, int attempts, Function<List<Entry>, Future<Change<T>>> change) {
        return log.all(session)
                .compose(entries -> change.apply(entries)
                        .compose(made -> made.events().isEmpty()
                                ? Future.succeededFuture(made.result())
                                : log.append(session, made.events(), seq(entries))
                                        .map(made.result())))
                .recover(cause -> cause instanceof Conflict && attempts > 1
                        ? write(session, attempts - 1, change)
                        : Future.failedFuture(cause));
    }

    private Future<?> admit(StartRun request, Conversation before) {
        if (request.session() != null && !request.opens() && before.messages().isEmpty()) {
            return Future.failedFuture(noSession());
        }
        return request.ifRunning() == IfRunning.REJECT ? rejectBehind(before.openRuns()) : Future.succeededFuture();
    }

    /** A question may stand without answer for good: its agent died, or the log was full. It is no reason to reject. */
    private Future<?> rejectBehind(List<String> open) {
        List<Future<Extent>> heads =
                open.stream().map(run -> log.head(StreamName.run(run))).toList();
        return Future.all(heads).compose(known -> {
            for (int i = 0; i < open.size(); i++) {
                Extent head = heads.get(i).result();
                if (isHere.test(open.get(i)) || (head.exists() && !head.closed())) {
                    return Future.failedFuture(new Refusal(
                            409,
                            "run_active",
                            "The session has a run that is not over.",
                            new JsonObject().put("run", open.get(i))));
                }
            }
            return Future.succeededFuture();
        });
    }

    /** Puts a new conversation on its owner's shelf; one that cannot stand there is none. */
    private Future<?> shelve(StartRun request, StreamName session, Conversation before) {
        if (!before.messages().isEmpty()) {
            return Future.succeededFuture();
        }
        String line = request.message().strip().lines().findFirst().orElse("");
        return log.append(
                        StreamName.shelf(request.owner().key()),
                        List.of(Shelf.added(session.id(), title(line))),
                        StreamLog.ANYWHERE)
                .recover(cause -> log.expire(session, Duration.ZERO).transform(gone -> Future.failedFuture(cause)));
    }

    /** The line's beginning, without tearing a character of two units. */
    private static String title(String line) {
        if (line.length() <= TITLE_LENGTH) {
            return line;
        }
        boolean torn = Character.isHighSurrogate(line.charAt(TITLE_LENGTH - 1));
        return line.substring(0, torn ? TITLE_LENGTH - 1 : TITLE_LENGTH) + "…";
    }

    /**
     * Writes an answer, or what was said while it was given, into its conversation, as {@link Answers} does, and tells of
     * it if it stands there.
     */
    Future<Boolean> record(Owner owner, String session, Message message) {
        String author = message.role() == Conversation.Role.USER ? "user" : "agent";
        return answers.record(session, message).onSuccess(written -> {
            if (written) {
                told.messagePosted(owner, session, message.id(), author);
            }
        });
    }

    /** Cuts an answer to what was heard of it, as {@link Answers} does. */
    Future<Void> heard(String session, String run, String text) {
        return answers.heard(session, run, text).mapEmpty();
    }

    /** Keeps a summary of a branch up to a run, if the conversation is still there. */
    Future<Boolean> summarize(String session, String upTo, String summary) {
        return write(
                StreamName.session(session),
                ATTEMPTS,
                entries -> Future.succeededFuture(
                        entries.isEmpty()
                                ? new Change<>(List.of(), false)
                                : new Change<>(List.of(Conversation.summary(upTo, summary)), true)));
    }

    /** Drops a conversation, its runs' streams, and its place on the shelf. No run of it may be under way. */
    Future<Void> erase(Owner owner, String session) {
        return read(session).compose(conversation -> log.expire(StreamName.session(session), Duration.ZERO)
                .compose(gone -> Future.join(conversation.runs().stream()
                        .map(run -> log.expire(StreamName.run(run), Duration.ZERO))
                        .toList()))
                .compose(gone ->
                        log.append(StreamName.shelf(owner.key()), List.of(Shelf.erased(session)), StreamLog.ANYWHERE))
                .onSuccess(erased -> told.sessionChanged(owner, session, "erased"))
                .mapEmpty());
    }

    /** Changes what the owner wants changed. Fails with {@link Refusal}. */
    Future<Void> amend(Owner owner, String session, Amendment amendment) {
        return branch(owner, session, amendment.branch()).compose(chosen -> title(owner, session, amendment.title()));
    }

    private Future<Void> branch(Owner owner, String session, @Nullable String message) {
        return write(StreamName.session(session), ATTEMPTS, entries -> {
                    Conversation conversation = Conversation.of(entries);
                    if (conversation.messages().isEmpty()) {
                        return Future.failedFuture(noSession());
                    }
                    List<Event> events = chosen(conversation, message);
                    return Future.succeededFuture(new Change<>(events, !events.isEmpty()));
                })
                .onSuccess(chosen -> {
                    if (chosen) {
                        told.sessionChanged(owner, session, "branch");
                    }
                })
                .mapEmpty();
    }

    private static List<Event> chosen(Conversation conversation, @Nullable String message) {
        if (message == null) {
            return List.of();
        }
        String run = conversation.branchOf(message).orElse(null);
        if (run == null) {
            throw Asked.unknown("branch", message);
        }
        return List.of(Branches.chosen(run));
    }

    private Future<Void> title(Owner owner, String session, @Nullable String title) {
        return title == null
                ? Future.succeededFuture()
                : log.append(StreamName.shelf(owner.key()), List.of(Shelf.titled(session, title)), StreamLog.ANYWHERE)
                        .onSuccess(written -> told.sessionChanged(owner, session, "title"))
                        .mapEmpty();
    }

    static Refusal noSession() {
        return new Refusal(404, "not_found", "There is no such session, or it is not yours.");
    }

    private static long seq(List<Entry> entries) {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id().seq();
    }
}

package dev.millrace.audio.session;

import dev.millrace.run.Digest;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What is asked and answered: the text of a turn goes to the agent, and the answer is spoken, until somebody speaks again.
 * On the session's loop.
 */
final class Dialogue {

    private final SessionServices services;
    private final Owner owner;
    private final String session;
    private final Outlet outlet;
    private final Voice voice;
    private @Nullable String conversation;
    private @Nullable Response response;
    /** The last question has reached its agent, and the conversation is cut to what was heard. */
    private Future<?> settled = Future.succeededFuture();

    private int responses;

    /** @param conversation to go on with; null begins one */
    Dialogue(
            SessionServices services,
            Owner owner,
            String session,
            @Nullable String conversation,
            Outlet outlet,
            Voice voice) {
        this.services = services;
        this.owner = owner;
        this.session = session;
        this.conversation = conversation;
        this.outlet = outlet;
        this.voice = voice;
    }

    /** Goes on where the last owner of the session was. */
    void restore(SessionState state, String written, @Nullable SpeechPlace place) {
        responses = state.answers();
        PastAnswer last = state.answer();
        if (last != null && last.run != null && last.cancelled) {
            repeatCut(last.run, last.heard);
        } else if (last != null && last.run != null) {
            goOn(last, last.run, written, place);
        }
        state.unanswered().ifPresent(turn -> ask(turn.number, turn.text));
    }

    /** Nobody knows whether the agent was told before the last owner was gone; told again it is the same. */
    private void repeatCut(Started run, @Nullable String heard) {
        services.agents().cancel(run.run()).onFailure(late -> {});
        if (heard != null) {
            settled = services.agents().heard(run.session(), run.run(), heard);
        }
    }

    /** @param place where its last speech goes on; null when that is over */
    private void goOn(PastAnswer last, Started run, String written, @Nullable SpeechPlace place) {
        boolean spoken = last.done && place == null && last.speech > 0 && last.spokenTo() >= written.length();
        if (spoken || (last.done && last.silenced)) {
            return;
        }
        Response again = new Response(last.number, last.turn, services, outlet, voice::take, voice::end);
        response = again;
        voice.goOn(last, written, place);
        again.goOn(run, last.done);
    }

    /** A turn was understood, or typed. Whatever the agent was about to say, it is no answer any more. */
    void ask(int turn, String text) {
        interrupt("superseded");
        Response asked = new Response(++responses, turn, services, outlet, voice::take, voice::end);
        response = asked;
        voice.begin(asked.number());
        // The model must not read more of the last answer than was heard, and a conversation has one beginning.
        settled = settled.transform(before -> services.agents().start(question(turn, text)))
                .onSuccess(started -> {
                    conversation = started.session();
                    asked.started(started);
                })
                .onFailure(cause -> asked.failed(cause instanceof Refusal refusal ? refusal.code() : "agent_failed"));
    }

    /** The key makes it one run, whichever owner of the session asks. */
    private StartRun question(int turn, String text) {
        return new StartRun(
                owner,
                text,
                conversation,
                false,
                StartRun.IfRunning.INTERRUPT,
                null,
                null,
                new JsonObject(),
                session + "/" + turn,
                Digest.text(text));
    }

    /** Whoever speaks stops, and what was to be said is not wanted any more. */
    void interrupt(String reason) {
        String heard = voice.stop(reason);
        if (response != null) {
            Future<Void> cut = response.cancel(heard);
            settled = settled.transform(before -> cut);
            response = null;
        }
    }

    /** The answer to a turn is not wanted; null for whichever it is. */
    void cancel(@Nullable Integer turn) {
        if (response != null && (turn == null || turn == response.turn())) {
            interrupt("client");
        }
    }

    /** Whether the agent is at work. */
    boolean busy() {
        return voice.speaking() || (response != null && !response.over());
    }

    /** The session is over: what is not said will not be. */
    void close() {
        voice.stop("client");
        if (response != null) {
            response.cancel(null).onFailure(late -> {});
        }
    }

    /** The session goes on elsewhere, or later: the agent writes on. */
    void leave() {
        voice.leave();
        if (response != null) {
            response.close();
        }
    }
}

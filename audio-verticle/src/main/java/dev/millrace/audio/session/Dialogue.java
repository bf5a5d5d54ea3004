package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.turn.Decision;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import dev.millrace.run.Digest;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.StartRun;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who says what to whom: a turn is understood, its text is asked of the agent, and the answer is spoken, until somebody
 * speaks again. On the session's loop.
 */
final class Dialogue {

    private final Owner owner;
    private final Agents agents;
    private final StreamLog log;
    private final @Nullable SpeechToText stt;
    private final Outlet outlet;
    private final Voice voice;
    private final LongSupplier clock;
    private final List<Hearing> pending = new ArrayList<>();
    private @Nullable String conversation;
    private @Nullable Hearing hearing;
    private @Nullable Response response;
    /** The last question has reached its agent, and the conversation is cut to what was heard. */
    private Future<?> settled = Future.succeededFuture();

    private int turns;
    private int responses;

    Dialogue(
            Owner owner,
            Agents agents,
            StreamLog log,
            @Nullable SpeechToText stt,
            @Nullable String conversation,
            Outlet outlet,
            Voice voice,
            LongSupplier clock) {
        this.owner = owner;
        this.agents = agents;
        this.log = log;
        this.stt = stt;
        this.conversation = conversation;
        this.outlet = outlet;
        this.voice = voice;
        this.clock = clock;
    }

    /** A turn has begun with these samples. Whatever the agent was about to say, it is no answer any more. */
    void began(Decision.Began began, short[] first) {
        interrupt("superseded");
        Hearing begun = new Hearing(++turns, began.from(), stt, outlet, this::ask, pending::remove, clock.getAsLong());
        hearing = begun;
        pending.add(begun);
        outlet.record(ServerMessage.of("user.speech_started")
                .with("turn", begun.turn())
                .with("at_ms", millis(began.at()))
                .with("decided_ms", millis(began.decided())));
        begun.listen(clock);
        begun.write(first, 0, first.length);
    }

    /** More of the turn; false when it could not be taken. */
    boolean write(short[] pcm) {
        return hearing == null || hearing.write(pcm, 0, pcm.length);
    }

    void ended(Decision.Ended ended) {
        Hearing over = hearing;
        if (over == null) {
            return;
        }
        hearing = null;
        long silence = millis(ended.to() - ended.spoken());
        outlet.record(ServerMessage.of("user.speech_stopped")
                .with("turn", over.turn())
                .with("at_ms", millis(ended.spoken()))
                .with("silence_ms", silence));
        outlet.record(ServerMessage.of("turn.committed")
                .with("turn", over.turn())
                .with("by", ended.by().text())
                .with("endpoint_ms", silence));
        over.end(ended, clock.getAsLong());
    }

    /** What was said and not committed is dropped. */
    void clear() {
        if (hearing != null) {
            hearing.cancel();
            hearing = null;
        }
    }

    /** A turn that was typed. */
    void typed(String text) {
        int turn = ++turns;
        outlet.record(ServerMessage.of("turn.committed").with("turn", turn).with("by", "client"));
        ask(turn, text);
    }

    private void ask(int turn, String text) {
        interrupt("superseded");
        Response asked = new Response(++responses, turn, agents, log, outlet, voice::take, voice::end);
        response = asked;
        voice.begin(asked.number());
        // The model must not read more of the last answer than was heard, and a conversation has one beginning.
        settled = settled.transform(before -> agents.start(question(text)))
                .onSuccess(started -> {
                    conversation = started.session();
                    asked.started(started);
                })
                .onFailure(cause -> asked.failed(cause instanceof Refusal refusal ? refusal.code() : "agent_failed"));
    }

    private StartRun question(String text) {
        return new StartRun(
                owner,
                text,
                conversation,
                false,
                StartRun.IfRunning.INTERRUPT,
                null,
                null,
                new JsonObject(),
                null,
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
        return voice.speaking() || !pending.isEmpty() || (response != null && !response.over());
    }

    /** Before this sample everything is silence, or stands in the record as text. */
    long settled(long position) {
        return pending.stream().mapToLong(Hearing::from).min().orElse(position);
    }

    @Nullable
    String conversation() {
        return conversation;
    }

    void close() {
        List.copyOf(pending).forEach(Hearing::cancel);
        voice.stop("client");
        if (response != null) {
            response.cancel(null).onFailure(late -> {});
        }
    }

    private static long millis(long sample) {
        return sample * 1000 / Vad.RATE;
    }
}

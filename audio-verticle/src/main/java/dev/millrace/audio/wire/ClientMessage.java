package dev.millrace.audio.wire;

import dev.millrace.audio.turn.TurnOptions;
import org.jspecify.annotations.Nullable;

/** What a client says in JSON. Each has come with all its fields and within their bounds. */
public sealed interface ClientMessage {

    /**
     * The first message, for a client that wants anything but the defaults.
     *
     * @param leadMs how far ahead of the place that is played speech may be sent
     * @param conversation the conversation of the chat to go on with; null begins one
     * @param resume the session to go on with, whose settings stay as they were; null begins one
     */
    record Hello(
            AudioFormat in,
            AudioFormat out,
            int leadMs,
            boolean cancelsEcho,
            SessionUpdate settings,
            int statsSeconds,
            @Nullable String conversation,
            @Nullable Resume resume)
            implements ClientMessage {}

    /**
     * A session that was cut off, to go on with.
     *
     * @param lastEventId the last event that the client has of it; null for none
     * @param speech number of the speech that the client was playing; 0 for none
     * @param playedMs how much of that it has played
     */
    record Resume(String session, String token, @Nullable String lastEventId, int speech, long playedMs) {}

    /**
     * Other settings from now on: what is null stays.
     *
     * @param capture whether what passes is kept in a file
     */
    record SessionUpdate(
            @Nullable TurnOptions turns,
            @Nullable EchoGuarding echoGuard,
            @Nullable Boolean capture) implements ClientMessage {}

    /** Whether the agent's own speech is kept from being heard as a person. */
    enum EchoGuarding {
        /** Unless the client says that it cancels echoes. */
        AUTO,
        ON,
        OFF
    }

    /** The turn is over now. */
    record Commit() implements ClientMessage {}

    /** What was said and is not committed is not meant. */
    record Clear() implements ClientMessage {}

    /** The microphone is off on purpose, or on again. */
    record Mute(boolean muted) implements ClientMessage {}

    /** How far the client has played. */
    record Playback(int speech, long playedMs, long bufferedMs, State state) implements ClientMessage {

        /** What the client's player does. */
        public enum State {
            PLAYING,
            PAUSED,
            ENDED
        }
    }

    /** The agent shall stop speaking. */
    record SpeechCancel(@Nullable Integer speech) implements ClientMessage {}

    /** The answer is not wanted. */
    record TurnCancel(@Nullable Integer turn) implements ClientMessage {}

    /** A turn that was typed. */
    record TextInput(String text) implements ClientMessage {}

    /** Is anybody there. */
    record Ping(long t) implements ClientMessage {}

    /** Yes. */
    record Pong(long t) implements ClientMessage {}

    /** The client goes, and does not come back. */
    record Bye(String reason) implements ClientMessage {}
}

package dev.millrace.log;

/**
 * The name of a stream: what kind of thing it tells, and of which one.
 *
 * @param id printable ASCII, given by us and never by a client unchecked
 */
public record StreamName(Kind kind, String id) {

    /** Kinds differ in how long they are kept and in who is evicted first. */
    public enum Kind {
        /** One answer, from its question to its last word. */
        RUN,
        /** One conversation: its messages and which run is active. */
        SESSION,
        /** What was said and heard in one audio session. */
        AUDIO,
        /** The conversations of one person, or their runs. */
        SHELF,
        /** Which run an idempotency key stands for: one entry. */
        CLAIM,
        /** What happened, for whoever watches. */
        FEED,
        /** State of the readers of feeds, in one entry: what a consumer committed, or which consumers a tenant has. */
        CONSUMER,
        /** What an agent has open, in one entry, and which agents there are. */
        AGENT
    }

    public static StreamName run(String run) {
        return new StreamName(Kind.RUN, run);
    }

    public static StreamName session(String session) {
        return new StreamName(Kind.SESSION, session);
    }

    public static StreamName audio(String session) {
        return new StreamName(Kind.AUDIO, session);
    }

    public static StreamName shelf(String owner) {
        return new StreamName(Kind.SHELF, owner);
    }

    public static StreamName runShelf(String owner) {
        return new StreamName(Kind.SHELF, "runs-" + owner);
    }

    public static StreamName claim(String key) {
        return new StreamName(Kind.CLAIM, key);
    }

    public static StreamName consumer(String key) {
        return new StreamName(Kind.CONSUMER, key);
    }

    public static StreamName agent(String tag) {
        return new StreamName(Kind.AGENT, tag);
    }

    public static StreamName feed(String tenant, String feed) {
        return new StreamName(Kind.FEED, tenant + "/" + feed);
    }
}

package dev.millrace.run;

import java.security.SecureRandom;

/**
 * The id of a run or a conversation. It says whose it is: random bits, then a digest over them and the owner. So any node
 * can tell a stranger from the owner without asking anybody, before it has seen a single event; and the id itself tells
 * nobody who the owner is. A run's id also says which node writes it, so that whoever reads it knows whom to ask, and
 * notices when that node is gone.
 *
 * @param text {@code ses_} and 32 letters and digits, or {@code run_} and 40, of which the last 8 stand for a node
 */
public record OwnedId(String text) {

    private static final String RUN = "run_";
    private static final String SESSION = "ses_";

    /** Letters of the random part, and as many of the digest: 80 bits each. */
    private static final int HALF = 16;

    private static final int NODE = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @param node eight letters and digits that stand for the node that writes the run */
    public static OwnedId newRun(Owner owner, String node) {
        if (node.length() != NODE) {
            throw new IllegalArgumentException("a node's tag has " + NODE + " characters: " + node);
        }
        String random = randomText();
        return new OwnedId(RUN + random + tag(RUN + node, random, owner) + node);
    }

    public static OwnedId newSession(Owner owner) {
        String random = randomText();
        return new OwnedId(SESSION + random + tag(SESSION, random, owner));
    }

    /**
     * The id of the conversation that its owner calls so: always the same one, and another for everybody else. A name that
     * is such an id already stands for itself.
     *
     * @param name any text from outside
     */
    public static OwnedId sessionNamed(Owner owner, String name) {
        if (isSessionOf(owner, name)) {
            return new OwnedId(name);
        }
        String half =
                Digest.text("named", owner.tenant(), owner.subject(), name).substring(0, HALF);
        return new OwnedId(SESSION + half + tag(SESSION, half, owner));
    }

    /** 80 random bits as text, for ids that belong to a run anyway. */
    public static String randomText() {
        byte[] bytes = new byte[10];
        RANDOM.nextBytes(bytes);
        return Digest.letters(bytes, HALF);
    }

    /** Whether a text from outside is the id of a run of this owner. */
    public static boolean isRunOf(Owner owner, String text) {
        int nodeAt = RUN.length() + 2 * HALF;
        return text.length() == nodeAt + NODE
                && text.startsWith(RUN)
                && isOf(RUN + text.substring(nodeAt), owner, text.substring(RUN.length(), nodeAt));
    }

    /** Whether a text from outside is the id of a conversation of this owner. */
    public static boolean isSessionOf(Owner owner, String text) {
        return text.length() == SESSION.length() + 2 * HALF
                && text.startsWith(SESSION)
                && isOf(SESSION, owner, text.substring(SESSION.length()));
    }

    private static boolean isOf(String kind, Owner owner, String halves) {
        return halves.substring(HALF).equals(tag(kind, halves.substring(0, HALF), owner));
    }

    private static String tag(String kind, String random, Owner owner) {
        return Digest.text(kind, random, owner.tenant(), owner.subject()).substring(0, HALF);
    }

    /** The node that writes the run of that id. */
    public static String node(String run) {
        return run.substring(run.length() - NODE);
    }

    @Override
    public String toString() {
        return text;
    }
}

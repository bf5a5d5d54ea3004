package dev.millrace.run;

import java.security.SecureRandom;

/**
 * The id of a run or a conversation. It says whose it is: 80 random bits, then 80 bits of a digest over them and the
 * owner. So any node can tell a stranger from the owner without asking anybody, before it has seen a single event; and
 * the id itself tells nobody who the owner is.
 *
 * @param text for example {@code run_} and 32 letters and digits
 */
public record OwnedId(String text) {

    private static final String RUN = "run_";
    private static final String SESSION = "ses_";
    private static final int HALF = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    public static OwnedId newRun(Owner owner) {
        return create(RUN, owner);
    }

    public static OwnedId newSession(Owner owner) {
        return create(SESSION, owner);
    }

    private static OwnedId create(String prefix, Owner owner) {
        String random = randomText();
        return new OwnedId(prefix + random + tag(prefix, random, owner));
    }

    /** 80 random bits as text, for ids that belong to a run anyway. */
    public static String randomText() {
        byte[] bytes = new byte[10];
        RANDOM.nextBytes(bytes);
        return Digest.letters(bytes, HALF);
    }

    /** Whether a text from outside is the id of a run of this owner. */
    public static boolean isRunOf(Owner owner, String text) {
        return isOf(RUN, owner, text);
    }

    /** Whether a text from outside is the id of a conversation of this owner. */
    public static boolean isSessionOf(Owner owner, String text) {
        return isOf(SESSION, owner, text);
    }

    private static boolean isOf(String prefix, Owner owner, String text) {
        int tagAt = prefix.length() + HALF;
        return text.length() == tagAt + HALF
                && text.startsWith(prefix)
                && text.substring(tagAt).equals(tag(prefix, text.substring(prefix.length(), tagAt), owner));
    }

    private static String tag(String prefix, String random, Owner owner) {
        return Digest.text(prefix, random, owner.tenant(), owner.subject()).substring(0, HALF);
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.millrace.auth;

/**
 * A token was refused. The message is a sentence for people and never contains the token or a key; there is no stack
 * trace, because anybody can cause this as often as they like.
 */
public final class Unauthorized extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    private Unauthorized(String code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
    }

    /**
     * Why, in one word for programs: {@code token_missing}, {@code token_malformed} (cannot be read, or a claim is
     * absent or of the wrong kind), {@code token_invalid} (signature, algorithm, issuer or audience),
     * {@code token_unknown_key}, {@code token_expired}, {@code token_not_yet_valid} or {@code token_too_long_lived};
     * of tickets {@code ticket_invalid}, {@code ticket_expired} or {@code ticket_for_other}.
     */
    public String code() {
        return code;
    }

    /** For a request that carries no token at all. */
    public static Unauthorized missing() {
        return new Unauthorized("token_missing", "This needs a token, and none was sent.");
    }

    static Unauthorized malformed(String sentence) {
        return new Unauthorized("token_malformed", sentence);
    }

    static Unauthorized invalid(String sentence) {
        return new Unauthorized("token_invalid", sentence);
    }

    static Unauthorized unknownKey() {
        return new Unauthorized("token_unknown_key", "The token is signed with a key this gateway does not know.");
    }

    static Unauthorized expired() {
        return new Unauthorized("token_expired", "The token has expired.");
    }

    static Unauthorized notYetValid(String sentence) {
        return new Unauthorized("token_not_yet_valid", sentence);
    }

    static Unauthorized tooLongLived(long maxSeconds) {
        return new Unauthorized(
                "token_too_long_lived", "The token lives longer than the " + maxSeconds + " s this gateway allows.");
    }

    static Unauthorized noTicket() {
        return new Unauthorized("ticket_invalid", "The ticket is none of this gateway's.");
    }

    static Unauthorized ticketExpired() {
        return new Unauthorized("ticket_expired", "The ticket has expired; get a new one.");
    }

    static Unauthorized ticketForOther() {
        return new Unauthorized(
                "ticket_for_other", "The ticket is for another feed, filter or route; get one for exactly this.");
    }
}

package dev.millrace.auth;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Short-lived stand-ins for a token, for who can send no header: an {@code EventSource}. A ticket opens one thing only,
 * as often as it likes until it ends, for such a reader comes back to the address it was given.
 *
 * <p>It is signed with a key made from the HS256 secret, so every node that takes the same tokens takes the same
 * tickets, and a ticket is never a token: it has another key, and two parts where a JWT has three. Safe for any thread.
 */
public final class Tickets {

    /** How long a ticket lives unless its caller asks for another time, in milliseconds. */
    public static final long DEFAULT_MILLIS = 60_000;

    /** The longest a ticket may live, in milliseconds. */
    public static final long MAX_MILLIS = 3_600_000;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Seal seal;
    private final LongSupplier clock;

    private Tickets(Seal seal, LongSupplier clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** Tickets of all processes that have this key file. */
    public static Tickets create(KeyFile file) {
        return create(file, System::currentTimeMillis);
    }

    static Tickets create(KeyFile file, LongSupplier clock) {
        return new Tickets(Seal.derived(file.secret(), "millrace ticket 1"), clock);
    }

    /** A ticket, and when it ends. Not for logs. */
    public record Ticket(String text, long expiresAtMillis) {

        @Override
        public String toString() {
            return "Ticket[" + expiresAtMillis + "]";
        }
    }

    /**
     * What a ticket opens: the same three, to the letter, must be asked for with it.
     *
     * @param route method and path
     * @param filter in a form that does not depend on how it was written
     */
    public record Use(String route, String feed, String filter) {}

    /** @param ttlMillis from now; it ends with the caller's token if that is sooner */
    public Ticket issue(Caller caller, Use use, long ttlMillis) {
        long ends = Math.min(clock.getAsLong() + ttlMillis, caller.expiresAtMillis());
        JsonObject payload = new JsonObject()
                .put("use", digest(use))
                .put("feed", use.feed())
                .put("tenant", caller.tenant())
                .put("sub", caller.subject())
                .put("exp", ends)
                .put("until", caller.expiresAtMillis());
        return new Ticket(seal.close(payload), ends);
    }

    /**
     * Who the ticket was made for, able to read this one feed until its token ends. The ticket's own end is about
     * opening: what was opened in time goes on.
     *
     * @throws Unauthorized when it is no ticket of ours, or over, or for something else
     */
    public Caller admit(String ticket, Use use) {
        JsonObject payload = seal.open(ticket).orElseThrow(Unauthorized::noTicket);
        if (clock.getAsLong() >= payload.getLong("exp")) {
            throw Unauthorized.ticketExpired();
        }
        if (!digest(use).equals(payload.getString("use"))) {
            throw Unauthorized.ticketForOther();
        }
        FeedRights rights = FeedRights.of(Optional.of(List.of(payload.getString("feed"))), Optional.of(List.of()));
        return new Caller(
                payload.getString("tenant"),
                payload.getString("sub"),
                EnumSet.of(Scope.EVENTS_READ),
                payload.getLong("until"),
                rights);
    }

    private static String digest(Use use) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(use.route(), use.feed(), use.filter())) {
                sha.update((part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
            }
            return ENCODER.encodeToString(sha.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.millrace.auth;

import java.util.Set;

/**
 * Who is calling, as a verified token says. Immutable; it holds nothing secret and may be logged.
 *
 * @param tenant whose data this is, 1 to 200 characters; tenants never see each other
 * @param subject who it is within the tenant, 1 to 200 characters; runs and sessions belong to a subject
 * @param scopes what the caller may do
 * @param expiresAtMillis the token's {@code exp} in milliseconds since the Unix epoch, above 0. A token is still
 *     accepted for the verifier's leeway after it, so this may lie a few seconds in the past
 * @param feeds which feeds of the tenant the scopes for events are for
 */
public record Caller(String tenant, String subject, Set<Scope> scopes, long expiresAtMillis, FeedRights feeds) {

    /** The tenant of a token that names none. */
    public static final String DEFAULT_TENANT = "default";

    private static final int MAX_NAME = 200;

    /** @throws IllegalArgumentException when a part is out of its range; the message names the part, not its value */
    public Caller {
        checkName("tenant", tenant);
        checkName("sub", subject);
        scopes = Set.copyOf(scopes);
        if (expiresAtMillis <= 0) {
            throw new IllegalArgumentException("exp must be after 1970");
        }
    }

    /** A caller whose token says nothing of feeds. */
    public Caller(String tenant, String subject, Set<Scope> scopes, long expiresAtMillis) {
        this(tenant, subject, scopes, expiresAtMillis, FeedRights.ALL);
    }

    /** Whether the token allows {@code scope}. */
    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether the token allows the scope of this name; false for a name that is no scope. */
    public boolean may(String scope) {
        return Scope.find(scope).filter(scopes::contains).isPresent();
    }

    /** Control characters are refused because names end in log lines, where a line break forges a line. */
    private static void checkName(String what, String name) {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    what + " must be 1 to " + MAX_NAME + " characters, not blank, without control characters");
        }
    }
}

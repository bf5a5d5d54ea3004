package dev.millrace.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, with every claim of the right kind. Times are milliseconds since the Unix epoch.
 *
 * @param issuedAt {@link #ABSENT} when the token does not say
 * @param notBefore {@link #ABSENT} when the token does not say
 */
record Claims(Caller caller, @Nullable String issuer, List<String> audience, long issuedAt, long notBefore) {

    static final long ABSENT = -1;

    /** How far clocks may differ. */
    private static final long LEEWAY_MILLIS = 5_000;

    /** The end of the year 9999: beyond lie typing errors and overflows. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** @throws Unauthorized when a claim we need is absent, or one we read is of the wrong kind */
    static Claims of(JsonObject payload) {
        long expiresAt = time(payload, "exp");
        if (expiresAt == ABSENT) {
            throw Unauthorized.malformed("The token has no exp: it would live for ever.");
        }
        String issuer = payload.getValue("iss") instanceof String text ? text : null;
        return new Claims(
                caller(payload, expiresAt),
                issuer,
                strings(payload, "aud"),
                time(payload, "iat"),
                time(payload, "nbf"));
    }

    /**
     * The caller, when these claims are good at {@code now} under {@code options}. To be asked after the signature
     * is proven, so that nobody learns from us what a forged token would have needed.
     *
     * @throws Unauthorized when they are not
     */
    Caller checked(AuthOptions options, long now) {
        if (!options.issuer().equals(issuer)) {
            throw Unauthorized.invalid("The token is from another issuer.");
        }
        if (!audience.contains(options.audience())) {
            throw Unauthorized.invalid("The token is for another audience.");
        }
        checkTimes(now);
        checkLife(options.maxTtl().toMillis(), now);
        return caller;
    }

    private void checkTimes(long now) {
        if (now - LEEWAY_MILLIS >= caller.expiresAtMillis()) {
            throw Unauthorized.expired();
        }
        if (notBefore > now + LEEWAY_MILLIS) {
            throw Unauthorized.notYetValid("The token is not valid yet.");
        }
        if (issuedAt > now + LEEWAY_MILLIS) {
            // An iat near a far exp would make a life of years look like an hour.
            throw Unauthorized.notYetValid("The token was issued in the future.");
        }
    }

    private void checkLife(long maxMillis, long now) {
        long bornAt = issuedAt == ABSENT ? now : issuedAt;
        if (caller.expiresAtMillis() - bornAt > maxMillis) {
            throw Unauthorized.tooLongLived(maxMillis / 1000);
        }
    }

    private static Caller caller(JsonObject payload, long expiresAt) {
        String subject = text(payload, "sub");
        String tenant = payload.containsKey("tenant") ? text(payload, "tenant") : Caller.DEFAULT_TENANT;
        try {
            return new Caller(tenant, subject, scopes(payload), expiresAt, feeds(payload));
        } catch (IllegalArgumentException e) {
            throw Unauthorized.malformed("The token cannot be used: " + e.getMessage() + ".");
        }
    }

    /** Of all words in both claims, in whichever form an issuer writes them, those that are scopes here. */
    private static Set<Scope> scopes(JsonObject payload) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        Stream.of("scope", "scp")
                .flatMap(claim -> strings(payload, claim).stream())
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .forEach(word -> Scope.find(word).ifPresent(scopes::add));
        return scopes;
    }

    /** A list that is there and empty opens no feed; so does one of things that are no texts. */
    private static FeedRights feeds(JsonObject payload) {
        return FeedRights.of(patterns(payload, "feeds_read"), patterns(payload, "feeds_publish"));
    }

    private static Optional<List<String>> patterns(JsonObject payload, String claim) {
        return payload.containsKey(claim) ? Optional.of(strings(payload, claim)) : Optional.empty();
    }

    private static String text(JsonObject payload, String claim) {
        if (payload.getValue(claim) instanceof String text) {
            return text;
        }
        throw Unauthorized.malformed("The token's " + claim + " is not a text.");
    }

    /** The strings of a claim that may be one string or a list of them; none when it is absent. */
    private static List<String> strings(JsonObject payload, String claim) {
        if (!payload.containsKey(claim)) {
            return List.of();
        }
        Object value = payload.getValue(claim);
        if (value instanceof String text) {
            return List.of(text);
        }
        if (value instanceof JsonArray list) {
            return list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        throw Unauthorized.malformed("The token's " + claim + " is neither a text nor a list.");
    }

    /** A NumericDate (RFC 7519): seconds, fractions allowed. Written so that NaN and infinity fall out, too. */
    private static long time(JsonObject payload, String claim) {
        if (!payload.containsKey(claim)) {
            return ABSENT;
        }
        if (payload.getValue(claim) instanceof Number seconds
                && seconds.doubleValue() >= 0
                && seconds.doubleValue() <= LAST_SECOND) {
            return (long) Math.floor(seconds.doubleValue() * 1000);
        }
        throw Unauthorized.malformed("The token's " + claim + " is not a number of seconds since 1970.");
    }
}

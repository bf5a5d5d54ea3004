package dev.millrace.auth;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the bearer token in what a client sent. Pure; it judges the form only, {@link TokenVerifier} the token. */
public final class Bearer {

    /** RFC 6750: {@code b64token}, after a scheme whose case does not count. */
    private static final Pattern HEADER = Pattern.compile("(?i:bearer) +([A-Za-z0-9\\-._~+/]+=*) *");

    /** Of the characters of a {@code b64token}, those a subprotocol name may have. */
    private static final Pattern PROTOCOL = Pattern.compile("bearer\\.([A-Za-z0-9\\-._~+]+)");

    /** The token limit plus room for what stands around it; longer input is not even looked at. */
    private static final int MAX_LENGTH = TokenVerifier.MAX_TOKEN_LENGTH + 1024;

    private Bearer() {}

    /** The token in the value of an {@code Authorization} header; empty when there is none or it is not one token. */
    public static Optional<String> fromHeader(@Nullable String authorization) {
        if (authorization == null || authorization.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return match(HEADER, authorization);
    }

    /**
     * The token in the value of a {@code Sec-WebSocket-Protocol} header ({@code audio.v1, bearer.<jwt>}); empty when
     * there is none, or more than one: which would count is nothing to guess.
     */
    public static Optional<String> fromProtocols(@Nullable String protocols) {
        if (protocols == null || protocols.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<String> tokens = Arrays.stream(protocols.split(",", -1))
                .flatMap(protocol -> match(PROTOCOL, protocol.trim()).stream())
                .toList();
        return tokens.size() == 1 ? Optional.of(tokens.get(0)) : Optional.empty();
    }

    private static Optional<String> match(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}

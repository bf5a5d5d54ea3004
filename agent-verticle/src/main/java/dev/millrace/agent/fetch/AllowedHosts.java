package dev.millrace.agent.fetch;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Who may be fetched from.
 *
 * @param patterns names of hosts; {@code *.example.com} is every host below it, and {@code *} every host
 */
record AllowedHosts(List<String> patterns) {

    boolean allow(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        return pattern.equals("*")
                || pattern.equals(name)
                || (pattern.startsWith("*.")
                        && name.endsWith(pattern.substring(1))
                        && name.length() >= pattern.length());
    }

    /** The URL if it may be fetched. Its message says what is wrong otherwise, for the model to read. */
    URI check(String url) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"url\" is no URL.");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("\"url\" must be an http or https URL with a host and without a user.");
        }
        if (!allow(uri.getHost())) {
            throw new IllegalArgumentException("The host " + uri.getHost() + " may not be fetched from; there is: "
                    + String.join(", ", patterns) + ".");
        }
        return uri;
    }
}

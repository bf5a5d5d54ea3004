package dev.millrace.feed;

import dev.millrace.log.StreamName;
import java.util.regex.Pattern;

/**
 * A feed of a tenant.
 *
 * @param name 1 to 64 lower-case letters, digits, dots, dashes or underscores, the first a letter or digit
 */
public record FeedName(String tenant, String name) {

    /** The feed that is meant when none is named. */
    public static final String MAIN = "main";

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** @throws IllegalArgumentException when the name is none */
    public FeedName {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "feed must have 1 to 64 lower-case letters, digits, dots, dashes or underscores");
        }
    }

    /** Whether a feed, or a consumer, may be called so. */
    public static boolean isName(String text) {
        return FORM.matcher(text).matches();
    }

    public StreamName stream() {
        return StreamName.feed(tenant, name);
    }
}

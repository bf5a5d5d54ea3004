package dev.millrace.auth;

import dev.millrace.glob.Glob;
import java.util.List;
import java.util.Optional;

/**
 * Which feeds of the tenant a token opens, as patterns over their names, whose segments are split at dots.
 *
 * @param read empty for all feeds; an empty list for none
 * @param publish likewise
 */
public record FeedRights(Optional<List<Glob>> read, Optional<List<Glob>> publish) {

    /** What a token has that says nothing of feeds. */
    public static final FeedRights ALL = new FeedRights(Optional.empty(), Optional.empty());

    /** Most patterns of a claim. */
    static final int MAX_PATTERNS = 64;

    private static final char SEPARATOR = '.';

    public FeedRights {
        read = read.map(List::copyOf);
        publish = publish.map(List::copyOf);
    }

    /** @throws IllegalArgumentException when there are too many patterns or one is too long; the message has no name */
    public static FeedRights of(Optional<List<String>> read, Optional<List<String>> publish) {
        return new FeedRights(read.map(FeedRights::globs), publish.map(FeedRights::globs));
    }

    private static List<Glob> globs(List<String> patterns) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("a list of feeds has at most " + MAX_PATTERNS + " patterns");
        }
        return patterns.stream().map(pattern -> Glob.of(pattern, SEPARATOR)).toList();
    }

    public boolean mayRead(String feed) {
        return allows(read, feed);
    }

    public boolean mayPublish(String feed) {
        return allows(publish, feed);
    }

    private static boolean allows(Optional<List<Glob>> rights, String feed) {
        return rights.isEmpty() || rights.get().stream().anyMatch(glob -> glob.matches(feed));
    }
}

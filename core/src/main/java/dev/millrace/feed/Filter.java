package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.glob.Glob;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which events of a feed a reader wants: those whose type fits one of the types, and whose subject one of the subjects.
 * No patterns of a sort mean all; an event without a subject fits none.
 */
public record Filter(List<Glob> types, List<Glob> subjects) implements Predicate<Entry> {

    public static final Filter ALL = new Filter(List.of(), List.of());

    /** Most patterns of a sort: each is asked for every event. */
    public static final int MAX_PATTERNS = 16;

    public Filter {
        types = List.copyOf(types);
        subjects = List.copyOf(subjects);
    }

    /**
     * @param types split at dots
     * @param subjects split at slashes
     * @throws IllegalArgumentException with a sentence for the client, when there are too many or one is too long
     */
    public static Filter of(List<String> types, List<String> subjects) {
        return new Filter(globs("type", types, '.'), globs("subject", subjects, '/'));
    }

    private static List<Glob> globs(String what, List<String> patterns, char separator) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException(what + " may be given at most " + MAX_PATTERNS + " times");
        }
        if (patterns.stream().anyMatch(text -> text.isEmpty() || text.length() > Glob.MAX_LENGTH)) {
            throw new IllegalArgumentException(what + " must have 1 to " + Glob.MAX_LENGTH + " characters");
        }
        return patterns.stream().map(text -> Glob.of(text, separator)).toList();
    }

    @Override
    public boolean test(Entry entry) {
        return (types.isEmpty() || any(types, entry.type())) && (subjects.isEmpty() || fits(CloudEvent.subject(entry)));
    }

    private boolean fits(Optional<String> subject) {
        return subject.isPresent() && any(subjects, subject.get());
    }

    private static boolean any(List<Glob> globs, String name) {
        for (Glob glob : globs) {
            if (glob.matches(name)) {
                return true;
            }
        }
        return false;
    }

    /** The same text for filters that pass the same events, whatever the order they were written in. */
    public String canonical() {
        return canonical(types) + "\n\n" + canonical(subjects);
    }

    /** A line each: a pattern with a line break in it would pass for two, so it says how long each is. */
    private static String canonical(List<Glob> globs) {
        return globs.stream()
                .map(Glob::toString)
                .sorted()
                .distinct()
                .map(text -> text.length() + ":" + text)
                .collect(Collectors.joining("\n"));
    }
}

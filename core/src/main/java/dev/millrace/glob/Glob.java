package dev.millrace.glob;

import java.util.Arrays;

/**
 * A pattern over names that have segments: {@code *} stands for any text within a segment, {@code **} for any text
 * across segments, and everything else for itself.
 *
 * <p>A pattern comes from a stranger, so matching must not depend on its kindness: it walks the name once and keeps all
 * places in the pattern it may stand at as bits, some words of them. There is no way back, and nothing to blow up.
 */
public final class Glob {

    /** Longest pattern, in characters. */
    public static final int MAX_LENGTH = 256;

    private final String pattern;
    private final char separator;
    /** How many characters stand for themselves; the place behind the last of them is the end. */
    private final int literals;
    /** The different characters of the pattern in order, and for each the places where it goes on. */
    private final char[] alphabet;

    private final long[][] steps;
    /** The places that stay where they are at a separator, and at anything else. */
    private final long[] across;

    private final long[] within;

    private Glob(String pattern, char separator) {
        this.pattern = pattern;
        this.separator = separator;
        String named = pattern.replace("*", "");
        this.literals = named.length();
        int words = (literals >>> 6) + 1;
        this.alphabet = sorted(named);
        this.steps = new long[alphabet.length][words];
        this.across = new long[words];
        this.within = new long[words];
        read();
    }

    /**
     * @param separator what stands between two segments
     * @throws IllegalArgumentException when it is empty or longer than {@link #MAX_LENGTH}
     */
    public static Glob of(String pattern, char separator) {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a pattern has 1 to " + MAX_LENGTH + " characters");
        }
        return new Glob(pattern, separator);
    }

    private static char[] sorted(String text) {
        StringBuilder distinct = new StringBuilder();
        text.chars().sorted().distinct().forEach(c -> distinct.append((char) c));
        return distinct.toString().toCharArray();
    }

    private void read() {
        int place = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '*') {
                set(steps[Arrays.binarySearch(alphabet, c)], place);
                place++;
                continue;
            }
            set(within, place);
            if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
                set(across, place);
            }
        }
    }

    private static void set(long[] bits, int index) {
        bits[index >>> 6] |= 1L << (index & 63);
    }

    /** Whether the whole name fits. */
    public boolean matches(String name) {
        long[] places = new long[within.length];
        places[0] = 1;
        for (int i = 0; i < name.length(); i++) {
            if (!advance(places, name.charAt(i))) {
                return false;
            }
        }
        return (places[literals >>> 6] & (1L << (literals & 63))) != 0;
    }

    /** Takes one character; false when no place is left to stand at. */
    private boolean advance(long[] places, char c) {
        int known = Arrays.binarySearch(alphabet, c);
        long[] stay = c == separator ? across : within;
        long carry = 0;
        long alive = 0;
        for (int word = 0; word < places.length; word++) {
            long going = known < 0 ? 0 : places[word] & steps[known][word];
            places[word] = (places[word] & stay[word]) | (going << 1) | carry;
            carry = going >>> 63;
            alive |= places[word];
        }
        return alive != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && glob.pattern.equals(pattern) && glob.separator == separator;
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return pattern;
    }
}

package dev.millrace.bench;

import java.util.List;

/** The numbers that were typed behind a benchmark's name. */
final class Typed {

    private final List<String> words;

    Typed(List<String> words) {
        this.words = List.copyOf(words);
    }

    /** @throws IllegalArgumentException in words, when it is no number, or less than {@code least} */
    int number(int index, int otherwise, int least) {
        if (words.size() <= index) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(words.get(index));
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new IllegalArgumentException("'" + words.get(index) + "' must be a number of at least " + least);
    }

    /** @throws IllegalArgumentException when there are more than that */
    void atMost(int count) {
        if (words.size() > count) {
            throw new IllegalArgumentException("'" + words.get(count) + "' is more than it takes");
        }
    }
}

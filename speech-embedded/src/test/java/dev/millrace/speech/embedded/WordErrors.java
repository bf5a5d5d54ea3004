package dev.millrace.speech.embedded;

import java.util.ArrayList;
import java.util.List;

/** How many words of what was said were not heard as said. */
final class WordErrors {

    private final List<String> misheard = new ArrayList<>();
    private int words;
    private int wrong;

    void add(String who, String said, String heard) {
        String[] reference = said.split(" ");
        int distance = distance(reference, heard.isEmpty() ? new String[0] : heard.split(" "));
        words += reference.length;
        wrong += distance;
        if (distance > 0) {
            misheard.add(who + " said '" + said + "', heard '" + heard + "'");
        }
    }

    /** From 0 to 1. */
    double exactness() {
        return 1 - (double) wrong / words;
    }

    int words() {
        return words;
    }

    /** Least insertions, deletions and changes that turn one into the other. */
    private static int distance(String[] from, String[] to) {
        int[] row = new int[to.length + 1];
        for (int j = 0; j <= to.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length; j++) {
                int changed = diagonal + (from[i - 1].equals(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length];
    }

    @Override
    public String toString() {
        return wrong + " of " + words + " words wrong: " + misheard;
    }
}

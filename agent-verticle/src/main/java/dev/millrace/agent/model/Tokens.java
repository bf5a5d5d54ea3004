package dev.millrace.agent.model;

/**
 * How many tokens a text may have, when nobody has counted them: four characters of Latin script to one, and one for each
 * other UTF-16 unit. So it is about right for English, and rather too many than too few for the rest.
 */
public final class Tokens {

    private static final int LATIN_TO_A_TOKEN = 4;

    /** The last of the blocks of Latin script that European languages are written in, and with them of digits and marks. */
    private static final char LAST_LATIN = '\u024f';

    private Tokens() {}

    public static int estimate(String text) {
        int quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += text.charAt(i) <= LAST_LATIN ? 1 : LATIN_TO_A_TOKEN;
        }
        return (quarters + LATIN_TO_A_TOKEN - 1) / LATIN_TO_A_TOKEN;
    }
}

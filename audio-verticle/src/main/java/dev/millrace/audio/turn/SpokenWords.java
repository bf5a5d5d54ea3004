package dev.millrace.audio.turn;

import java.util.regex.Pattern;

/** Written text as it is said: without marks of Markdown, numbers of sources, and addresses that nobody wants to hear. */
final class SpokenWords {

    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]\\n]{0,300})\\]\\([^)\\s]{0,2000}\\)");
    private static final Pattern SOURCE = Pattern.compile("\\s?\\[\\d{1,3}\\]");
    private static final Pattern URL = Pattern.compile("\\b(?:https?|wss?)://\\S+|\\bwww\\.\\S+");
    private static final Pattern LEAD = Pattern.compile("^\\s*(?:#{1,6}\\s+|[-*+]\\s+|>\\s?)");
    private static final Pattern MARKS = Pattern.compile("\\*{1,3}|`|__|~~|\\|");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private SpokenWords() {}

    /** Empty when there is nothing to say. */
    static String of(String text) {
        String words = LEAD.matcher(text).replaceFirst("");
        words = LINK.matcher(words).replaceAll("$1");
        words = SOURCE.matcher(words).replaceAll("");
        words = URL.matcher(words).replaceAll("");
        words = MARKS.matcher(words).replaceAll("");
        words = BLANKS.matcher(words).replaceAll(" ").strip();
        return words.chars().anyMatch(Character::isLetterOrDigit) ? words : "";
    }
}

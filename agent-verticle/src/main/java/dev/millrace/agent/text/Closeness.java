package dev.millrace.agent.text;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How closely a title or a heading names what is asked: 1 when it says just that, 0 when it says nothing of it. It is the
 * balance (F1) of two shares: how much of the question the heading has, and how much of the heading the question has. "How
 * do I resume a stream?" is what "Resume a stream" is about, and not what "Limits of a stream" or a chapter on everything
 * is, even where those speak of it more often.
 */
public final class Closeness {

    /** People begin with what they want: in "resume a stream" the heading "Resume" is closer than "Streams". */
    private static final double FIRST = 1.5;

    /** What stands under a heading of its own is only in part about the title. */
    private static final double TITLE = 0.7;

    private final List<String> asked;
    private final Rarity rarity;

    /** @param asked the question's terms, as {@link Terms#informative} gives them */
    public Closeness(List<String> asked, Rarity rarity) {
        this.asked = asked;
        this.rarity = rarity;
    }

    /**
     * Of the heading right above, all the headings on the way there, or the title, whichever is closest.
     *
     * @param separator parts the headings
     */
    public double of(String title, String headings, String separator) {
        int last = headings.lastIndexOf(separator);
        String nearest = last < 0 ? headings : headings.substring(last + separator.length());
        double named = Math.max(of(nearest), of(headings));
        return Math.max(named, of(title) * (nearest.isEmpty() || nearest.equals(title) ? 1 : TITLE));
    }

    double of(String heading) {
        Set<String> named = Set.copyOf(Terms.informative(heading));
        double both = weight(named.stream().filter(asked::contains));
        return both == 0 ? 0 : 2 * both / (weight(named.stream()) + weight(asked.stream()));
    }

    private double weight(Stream<String> terms) {
        return terms.mapToDouble(this::weight).sum();
    }

    private double weight(String term) {
        double first = term.equals(asked.get(0)) ? FIRST : 1;
        return first * Math.max(0.1, rarity.of(term)) * Terms.weight(term);
    }
}

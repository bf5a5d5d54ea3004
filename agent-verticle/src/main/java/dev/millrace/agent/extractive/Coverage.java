package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Rarity;
import dev.millrace.agent.text.Terms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How much of a question a text speaks of: its terms, each weighed by how rare it is and how much it says. */
final class Coverage {

    private final Map<String, Double> weights = new HashMap<>();
    private final double all;

    Coverage(List<String> terms, Rarity rarity) {
        double sum = 0;
        for (String term : terms) {
            double weight = Math.max(0.1, rarity.of(term)) * Terms.weight(term);
            weights.put(term, weight);
            sum += weight;
        }
        all = sum;
    }

    /** From 0 for nothing to 1 for every term. */
    double of(Set<String> terms) {
        return share(weights, terms);
    }

    /** The same, counting only what was not covered before. */
    double added(Set<String> terms, Set<String> before) {
        Map<String, Double> open = new HashMap<>(weights);
        open.keySet().removeAll(before);
        return share(open, terms);
    }

    /** All a passage can be found by. */
    double of(Passage passage) {
        Set<String> terms = new HashSet<>(Terms.of(passage.text()));
        terms.addAll(place(passage));
        return of(terms);
    }

    static Set<String> place(Passage passage) {
        return Terms.of(passage.title() + " " + passage.heading());
    }

    private double share(Map<String, Double> counted, Set<String> terms) {
        double sum = 0;
        for (Map.Entry<String, Double> each : counted.entrySet()) {
            if (terms.contains(each.getKey())) {
                sum += each.getValue();
            }
        }
        return all == 0 ? 0 : sum / all;
    }
}

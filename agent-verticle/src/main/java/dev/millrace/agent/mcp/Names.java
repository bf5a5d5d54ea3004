package dev.millrace.agent.mcp;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a model calls the tools of several servers: as the server says, and with the server's name before it where two would
 * be called the same. Models take letters, digits, {@code _} and {@code -}, up to 64; all else becomes {@code _}.
 */
final class Names {

    private static final int LONGEST = 64;

    /** A tool as its server knows it. */
    record Origin(String server, String tool) {}

    private final Map<Origin, String> names = new LinkedHashMap<>();
    private final Set<String> taken;

    private Names(Collection<String> taken) {
        this.taken = new HashSet<>(taken);
    }

    /**
     * In the order of the origins.
     *
     * @param taken names that none of them gets
     */
    static Map<Origin, String> of(List<Origin> origins, Collection<String> taken) {
        Map<String, Integer> offers = new HashMap<>();
        taken.forEach(name -> offers.put(name, 1));
        origins.forEach(origin -> offers.merge(fit(origin.tool()), 1, Integer::sum));
        Names names = new Names(taken);
        // Room first, so that the order stays; then the plain ones, which nothing that is made up may take.
        origins.forEach(origin -> names.names.put(origin, ""));
        origins.stream().filter(origin -> isAlone(offers, origin)).forEach(origin -> names.give(origin, origin.tool()));
        origins.stream()
                .filter(origin -> !isAlone(offers, origin))
                .forEach(origin -> names.give(origin, origin.server() + "_" + origin.tool()));
        return names.names;
    }

    private static boolean isAlone(Map<String, Integer> offers, Origin origin) {
        return offers.getOrDefault(fit(origin.tool()), 0) == 1;
    }

    private void give(Origin origin, String wish) {
        String name = fit(wish);
        for (int n = 2; !taken.add(name); n++) {
            String end = "_" + n;
            String start = fit(wish);
            name = start.substring(0, Math.min(start.length(), LONGEST - end.length())) + end;
        }
        names.put(origin, name);
    }

    private static String fit(String name) {
        String fit = name.replaceAll("[^a-zA-Z0-9_-]", "_");
        return fit.length() <= LONGEST ? fit : fit.substring(0, LONGEST);
    }
}

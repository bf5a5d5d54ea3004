package dev.millrace.run;

import dev.millrace.event.Event;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the turns of a conversation follow each other: a tree, of which one branch is active. That is the one with the newest
 * turn, unless its owner has chosen another since. A turn whose forerunner is no longer kept begins its branch.
 */
public final class Branches {

    static final String CHOSEN = "branch";

    private final Map<String, Turn> turns = new LinkedHashMap<>();
    private @Nullable String active;

    /** From here on the branch that ends with this run is the active one. */
    public static Event chosen(String run) {
        return Event.of(CHOSEN, new JsonObject().put("run", run).toBuffer());
    }

    void add(Turn turn) {
        turns.put(turn.run(), turn);
        active = turn.run();
    }

    void choose(String run) {
        active = run;
    }

    /** The run that the active branch ends with; null in an empty conversation. */
    public @Nullable String leaf() {
        return active;
    }

    public @Nullable Turn of(String run) {
        return turns.get(run);
    }

    /** All turns, oldest first. */
    public List<Turn> all() {
        return List.copyOf(turns.values());
    }

    /** The branch that ends with a run, first turn first; empty when there is no such run. */
    public List<Turn> to(@Nullable String run) {
        Deque<Turn> branch = new ArrayDeque<>();
        for (Turn turn = turns.get(run); turn != null; turn = turns.get(turn.after())) {
            branch.addFirst(turn);
        }
        return new ArrayList<>(branch);
    }

    /** The newest turn that is one of these or has one of these before it. */
    public String newestUnder(Predicate<Turn> these) {
        Set<String> under = new HashSet<>();
        String newest = "";
        for (Turn turn : turns.values()) {
            if (these.test(turn) || (turn.after() != null && under.contains(turn.after()))) {
                under.add(turn.run());
                newest = turn.run();
            }
        }
        return newest;
    }
}

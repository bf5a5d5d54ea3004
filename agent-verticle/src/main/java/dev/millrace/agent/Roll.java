package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The runs that an agent has open, in the order they came, each from before its question is written until its answer is.
 * On the agent's thread.
 */
final class Roll {

    private static final long CHECK_MILLIS = 1_000;

    private final Clock clock;
    private final Consumer<String> over;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private Bell check = Bell.NONE;

    /** @param over told of each run that is open no more */
    Roll(Clock clock, Consumer<String> over) {
        this.clock = clock;
        this.over = over;
    }

    void add(Run run) {
        runs.put(run.ids().run(), run);
        run.ended().onComplete(ended -> remove(run.ids().run()));
        if (check == Bell.NONE) {
            check = clock.in(CHECK_MILLIS, this::check);
        }
    }

    private void remove(String run) {
        runs.remove(run);
        over.accept(run);
        if (runs.isEmpty()) {
            check.silence();
            check = Bell.NONE;
        }
    }

    /** One timer for all runs: it looks who is watched. The last first, as whenever runs are ended. */
    private void check() {
        check = clock.in(CHECK_MILLIS, this::check);
        lastFirst(runs.values()).forEach(Run::check);
    }

    int size() {
        return runs.size();
    }

    @Nullable
    Run get(String run) {
        return runs.get(run);
    }

    boolean has(String run) {
        return runs.containsKey(run);
    }

    List<Run> all() {
        return List.copyOf(runs.values());
    }

    List<Run> of(Collection<String> ids) {
        return ids.stream().map(runs::get).filter(Objects::nonNull).toList();
    }

    /** Of a conversation, the last first. */
    List<Run> ofSession(String session) {
        return lastFirst(runs.values()).stream()
                .filter(run -> run.ids().session().equals(session))
                .toList();
    }

    Map<String, Owner> owners() {
        Map<String, Owner> owners = new HashMap<>();
        runs.forEach((id, run) -> owners.put(id, run.owner()));
        return owners;
    }

    /** The last first: a queued run whose turn has come would begin its work, only to be ended too. */
    static void endAll(Collection<Run> some, Ending ending) {
        lastFirst(some).forEach(run -> run.end(ending));
    }

    private static List<Run> lastFirst(Collection<Run> some) {
        List<Run> reversed = new ArrayList<>(some);
        Collections.reverse(reversed);
        return reversed;
    }

    /** Completes, never fails, when all of them have ended. */
    static Future<?> allEnded(List<Run> some) {
        return Future.join(some.stream().map(Run::ended).toList());
    }
}

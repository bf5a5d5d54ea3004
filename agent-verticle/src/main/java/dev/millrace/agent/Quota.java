package dev.millrace.agent;

import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.Register;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How many runs one subject and one tenant may have open, over all agents of the cluster. A run stands in its agent's
 * register before it is counted for good, and whoever counts reads the registers of all: of two that begin at once at
 * least one sees the other, so a limit is never exceeded. It may be that each sees the other, and both are refused for the
 * last place.
 *
 * <p>On the agent's thread.
 */
final class Quota {

    private final Limits limits;
    private final Register register;
    private final StreamLog log;

    Quota(Limits limits, Register register, StreamLog log) {
        this.limits = limits;
        this.register = register;
        this.log = log;
    }

    /**
     * Writes a run into the register if there is a place for it, and fails with {@link Refusal} when there is none.
     *
     * @param here the runs of this agent that came before it
     */
    Future<Void> admit(String run, Owner owner, Map<String, Owner> here) {
        if (limits.runsOfSubject() == 0 && limits.runsOfTenant() == 0) {
            return register.begun(run, owner);
        }
        // Looked at before, too: or those who are refused again and again would keep each other out of a place that is
        // free.
        return room(owner, here).compose(room -> register.begun(run, owner)).compose(written -> room(owner, here)
                .recover(refused -> register.withdraw(run).transform(withdrawn -> Future.failedFuture(refused))));
    }

    private Future<Void> room(Owner owner, Map<String, Owner> here) {
        return register.elsewhere().compose(elsewhere -> {
            List<Map<String, Owner>> all = List.of(here, elsewhere);
            return within(limits.runsOfSubject(), "subject", open(all, owner::equals))
                    .compose(subject -> within(limits.runsOfTenant(), "tenant", open(all, other -> other.tenant()
                            .equals(owner.tenant()))));
        });
    }

    private static List<String> open(List<Map<String, Owner>> all, Predicate<Owner> whose) {
        List<String> open = new ArrayList<>();
        all.forEach(some -> some.forEach((run, owner) -> {
            if (whose.test(owner)) {
                open.add(run);
            }
        }));
        return open;
    }

    /** A register still has what was over within the last second, so who would be refused for that is looked at. */
    private Future<Void> within(int limit, String whose, List<String> open) {
        if (limit == 0 || open.size() < limit) {
            return Future.succeededFuture();
        }
        List<Future<Boolean>> over = open.stream()
                .map(run -> log.head(StreamName.run(run)).map(extent -> extent.closed()))
                .toList();
        return Future.all(over).compose(known -> {
            long left = over.stream().filter(each -> !each.result()).count();
            return left < limit ? Future.succeededFuture() : Future.failedFuture(refusal(limit, whose));
        });
    }

    private static Refusal refusal(int limit, String whose) {
        return new Refusal(
                429,
                "too_many_runs",
                "The " + whose + " of this token has " + limit
                        + " runs that are not over, and may have no more at once.",
                new JsonObject().put("limit", limit).put("limit_of", whose));
    }
}

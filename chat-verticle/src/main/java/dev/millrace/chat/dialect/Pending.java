package dev.millrace.chat.dialect;

import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a run asks its person and waits for, as its events tell it. */
public final class Pending {

    private final Set<String> settled;
    private final Map<String, Request> open = new LinkedHashMap<>();
    private final Map<String, Request> asked = new LinkedHashMap<>();
    private final Set<String> running = new HashSet<>();
    private int askedTogether;
    private int expected;

    /** @param settled ids of requests that are known to be answered, although the answer comes later in the stream */
    public Pending(Set<String> settled) {
        this.settled = settled;
    }

    /** What is open at the end of these entries of one run. */
    public static Pending of(List<Entry> entries) {
        Pending pending = new Pending(Set.of());
        entries.forEach(entry -> RunEvent.of(entry).ifPresent(pending::see));
        return pending;
    }

    public void see(RunEvent event) {
        if (event instanceof Status status) {
            see(status.step(), status.details());
        } else if (event instanceof RunEvent.Done) {
            open.clear();
        }
    }

    private void see(Step step, JsonObject details) {
        switch (step) {
            case GENERATING -> askedTogether = 0;
            case INPUT_REQUIRED -> ask(Request.of(details), details.getInteger("together", 1));
            case STEERED -> answered(details.getString("request", ""));
            case RUNNING_TOOL -> running.add(details.getString("call"));
            case TOOL_RESULT -> over(details.getString("call"));
            default -> {} // nobody waits for it
        }
    }

    private void ask(Request request, int together) {
        askedTogether++;
        expected = together;
        asked.put(request.id(), request);
        if (settled.contains(request.id())) {
            running.add(request.call());
        } else {
            open.put(request.id(), request);
        }
    }

    /** Its call has still to come to a result. */
    private void answered(String request) {
        Request answered = open.remove(request);
        if (answered != null) {
            running.add(answered.call());
        }
    }

    private void over(String call) {
        running.remove(call);
        open.values().removeIf(request -> request.call().equals(call));
    }

    /** Whether everything that can go on without the person has: nothing will come until the person answers. */
    public boolean isWaiting() {
        return !open.isEmpty() && running.isEmpty() && askedTogether >= expected;
    }

    /** The requests that nobody has answered, oldest first. */
    public List<Request> open() {
        return new ArrayList<>(open.values());
    }

    /** Whether the run has asked such a thing, open or not. */
    public boolean hasAsked(Predicate<Request> such) {
        return asked.values().stream().anyMatch(such);
    }

    /** The ids of those that were answered, or that nobody waits for any more. */
    public Set<String> settled() {
        Set<String> answered = new HashSet<>(asked.keySet());
        answered.removeAll(open.keySet());
        return answered;
    }
}

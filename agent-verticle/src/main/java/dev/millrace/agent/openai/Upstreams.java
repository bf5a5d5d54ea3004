package dev.millrace.agent.openai;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Everybody who may be asked, in the order in which they are, and how. On the agent's thread. */
record Upstreams(
        List<Upstream> list, RequestBody requestBody, Timeouts timeouts, Retries retries, Clock clock, Calls calls) {

    /** llama.cpp answers 500 where others say that the question is wrong. */
    private static final Set<String> REFUSALS = Set.of("upstream_bad_request", "upstream_unavailable");

    int size() {
        return list.size();
    }

    Upstream get(int index) {
        return list.get(index);
    }

    /** Whether there is one whose model can call tools. */
    boolean takeTools() {
        return list.stream().anyMatch(Upstream::takesTools);
    }

    /** Whether the failure is that its model cannot call tools; then it is not given any more. */
    boolean refusesTools(Upstream upstream, ModelFailure failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        boolean refused = upstream.takesTools()
                && REFUSALS.contains(failure.code())
                && (message.contains("tool") || message.contains("function"));
        if (refused) {
            upstream.refusesTools();
        }
        return refused;
    }

    /** Whether the failure is that it does not know the option to count tokens; then it is not asked for that any more. */
    boolean refusesOptions(Upstream upstream, ModelFailure failure) {
        boolean refused = upstream.takesStreamOptions()
                && failure.code().equals("upstream_bad_request")
                && String.valueOf(failure.getMessage()).contains("stream_options");
        if (refused) {
            upstream.refusesStreamOptions();
        }
        return refused;
    }
}

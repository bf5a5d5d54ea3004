package dev.millrace.agent.openai;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.time.Clock;
import java.util.List;

/** Everybody who may be asked, in the order in which they are, and how. On the agent's thread. */
record Upstreams(
        List<Upstream> list, RequestBody requestBody, Timeouts timeouts, Retries retries, Clock clock, Calls calls) {

    int size() {
        return list.size();
    }

    Upstream get(int index) {
        return list.get(index);
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

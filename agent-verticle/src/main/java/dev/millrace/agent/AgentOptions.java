package dev.millrace.agent;

import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The agent's flags. Filled by picocli, read once at start. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class AgentOptions {

    @Option(
            names = "--docs",
            paramLabel = "DIR",
            defaultValue = "docs",
            description = "Folder of Markdown, text and HTML that answers come from; changes are seen as they happen.")
    Path docs;

    @Option(
            names = "--token-pace",
            paramLabel = "MS",
            defaultValue = "20",
            description = "Milliseconds between two tokens of the embedded model; ${DEFAULT-VALUE} unless set.")
    int millisPerToken;

    @Option(
            names = "--max-runs",
            paramLabel = "N",
            defaultValue = "500",
            description = "Runs at once, ${DEFAULT-VALUE} unless set; further questions get a 503.")
    int maxRuns;

    @Option(
            names = "--max-runs-per-subject",
            paramLabel = "N",
            defaultValue = "0",
            description = "Runs that one subject may have open, over all agents; further questions get a 429."
                    + " 0 for any number, as unless set.")
    int maxRunsPerSubject;

    @Option(
            names = "--max-runs-per-tenant",
            paramLabel = "N",
            defaultValue = "0",
            description = "The same for all subjects of a tenant together.")
    int maxRunsPerTenant;

    @Option(
            names = "--run-timeout",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = Durations.class,
            description = "Longest time a run may work; ${DEFAULT-VALUE} unless set. A request may ask for less.")
    Duration runTimeout;

    @Option(
            names = "--detach-grace",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Durations.class,
            description =
                    "How long a run goes on unwatched, unless it was started with detach; ${DEFAULT-VALUE} unless set.")
    Duration detachGrace;

    @Option(
            names = "--input-timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Durations.class,
            description = "How long a run waits for a person that it asks; ${DEFAULT-VALUE} unless set.")
    Duration inputTimeout;

    @Option(
            names = "--history-tokens",
            paramLabel = "N",
            defaultValue = "8000",
            description = "Tokens, as estimated, that a model reads of what was said before the question; "
                    + "${DEFAULT-VALUE} unless set.")
    int historyTokens;

    @Mixin
    ModelOptions model = new ModelOptions();

    @Mixin
    McpOptions mcp = new McpOptions();

    Limits limits() {
        return new Limits(
                maxRuns, runTimeout, detachGrace, inputTimeout, historyTokens, maxRunsPerSubject, maxRunsPerTenant);
    }

    void check() {
        model.check();
        mcp.check(model.isSet());
        refuseNegative("--token-pace", millisPerToken);
        if (maxRuns < 1) {
            throw new Misuse("--max-runs is " + maxRuns + ", and must be at least 1");
        }
        refuseNegative("--history-tokens", historyTokens);
        refuseNegative("--max-runs-per-subject", maxRunsPerSubject);
        refuseNegative("--max-runs-per-tenant", maxRunsPerTenant);
        if (inputTimeout.isZero()) {
            throw new Misuse("--input-timeout must be longer than nothing");
        }
        if (runTimeout.isZero()) {
            throw new Misuse("--run-timeout must be longer than nothing");
        }
    }

    private static void refuseNegative(String flag, int value) {
        if (value < 0) {
            throw new Misuse(flag + " is " + value + ", and must be 0 or more");
        }
    }
}

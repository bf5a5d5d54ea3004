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
        return new Limits(maxRuns, runTimeout, detachGrace, inputTimeout, historyTokens);
    }

    void check() {
        model.check();
        mcp.check(model.isSet());
        if (millisPerToken < 0) {
            throw new Misuse("--token-pace is " + millisPerToken + ", and must be 0 or more");
        }
        if (maxRuns < 1) {
            throw new Misuse("--max-runs is " + maxRuns + ", and must be at least 1");
        }
        if (historyTokens < 0) {
            throw new Misuse("--history-tokens is " + historyTokens + ", and must be 0 or more");
        }
        if (inputTimeout.isZero()) {
            throw new Misuse("--input-timeout must be longer than nothing");
        }
        if (runTimeout.isZero()) {
            throw new Misuse("--run-timeout must be longer than nothing");
        }
    }
}

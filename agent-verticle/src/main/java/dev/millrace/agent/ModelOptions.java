package dev.millrace.agent;

import dev.millrace.agent.fetch.FetchUrl;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.openai.Endpoint;
import dev.millrace.agent.openai.Timeouts;
import dev.millrace.agent.openai.UpstreamModel;
import dev.millrace.glob.Glob;
import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Urls;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags of a model behind an API. Several models are lists: what is given once is for all of them, and what is given
 * more often stands in the order of the URLs. Filled by picocli, read once at start.
 */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class ModelOptions {

    /** In a list of files: none for this one. */
    private static final String NONE = "-";

    private static final String PREAMBLE = "You are a helpful assistant. Answer in the language of the question.";

    @Option(
            names = "--model-url",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            converter = Urls.class,
            description = "Answer with the model of this OpenAI-compatible server, such as http://127.0.0.1:8000/v1; "
                    + "each further one is asked where those before do not answer.")
    List<URI> urls = List.of();

    @Option(
            names = "--model",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description = "Name of the model at its server; one for each URL, or one for all.")
    List<String> models = List.of();

    @Option(
            names = "--model-key-file",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description = "File with the key for the server; one for each URL (- for none), or one for all.")
    List<String> keyFiles = List.of();

    @Option(
            names = "--model-header-file",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description =
                    "File with further headers, a line 'Name: value' each; for each URL (- for none), or for all.")
    List<String> headerFiles = List.of();

    @Option(
            names = "--model-connect-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Durations.class,
            description = "Longest wait for a connection to a model's server; ${DEFAULT-VALUE} unless set.")
    Duration connectTimeout;

    @Option(
            names = "--model-first-token-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Durations.class,
            description = "Longest wait from the question to a model's first token; ${DEFAULT-VALUE} unless set.")
    Duration firstTokenTimeout;

    @Option(
            names = "--model-idle-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "Longest silence within a model's answer; ${DEFAULT-VALUE} unless set.")
    Duration idleTimeout;

    @Option(
            names = "--model-think-tags",
            description = "Take text between <think> and </think> for what the model thinks, and not for its answer.")
    boolean thinkTags;

    @Option(
            names = "--system-prompt-file",
            paramLabel = "FILE",
            description = "File with what each conversation with a model begins with; two sentences unless set.")
    @Nullable
    Path systemPromptFile;

    @Option(
            names = "--fetch-hosts",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Let the model read pages of these hosts with fetch_url, such as *.example.com; of none unless set.")
    List<String> fetchHosts = List.of();

    @Option(
            names = "--tools-approval",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Tools that a person has to allow each time the model calls them, by name or by a pattern such as "
                            + "fetch_*; none unless set.")
    List<String> toolsApproval = List.of();

    boolean isSet() {
        return !urls.isEmpty();
    }

    void check() {
        if (!isSet()) {
            refuseAlone("--model", !models.isEmpty());
            refuseAlone("--model-key-file", !keyFiles.isEmpty());
            refuseAlone("--model-header-file", !headerFiles.isEmpty());
            refuseAlone("--fetch-hosts", !fetchHosts.isEmpty());
            refuseAlone("--tools-approval", !toolsApproval.isEmpty());
            refuseAlone("--system-prompt-file", systemPromptFile != null);
            return;
        }
        if (models.isEmpty()) {
            throw new Misuse("--model-url needs --model, the name of the model at that server");
        }
        refuseOtherLength("--model", models);
        refuseOtherLength("--model-key-file", keyFiles);
        refuseOtherLength("--model-header-file", headerFiles);
        for (URI url : urls) {
            if (url.getRawUserInfo() != null) {
                throw new Misuse("--model-url has a user or a password in it; a key belongs in --model-key-file");
            }
        }
        refuseZero("--model-connect-timeout", connectTimeout);
        refuseZero("--model-first-token-timeout", firstTokenTimeout);
        refuseZero("--model-idle-timeout", idleTimeout);
    }

    private static void refuseAlone(String flag, boolean given) {
        if (given) {
            throw new Misuse(flag + " is for a model's server, and there is no --model-url");
        }
    }

    private void refuseOtherLength(String flag, List<String> list) {
        if (list.size() > 1 && list.size() != urls.size()) {
            throw new Misuse(flag + " has " + list.size()
                    + " entries, and must have 1 or as many as --model-url, which has " + urls.size());
        }
    }

    private static void refuseZero(String flag, Duration time) {
        if (time.isZero()) {
            throw new Misuse(flag + " must be longer than nothing");
        }
    }

    /** Reads the files, so not on an event loop. */
    UpstreamModel.Config config(int connections) {
        String systemPrompt = systemPromptFile == null ? PREAMBLE : ModelFiles.text(systemPromptFile);
        Timeouts timeouts = new Timeouts(connectTimeout, firstTokenTimeout, idleTimeout);
        return new UpstreamModel.Config(endpoints(), systemPrompt, thinkTags, timeouts, connections);
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            String keyFile = at(keyFiles, i);
            String headerFile = at(headerFiles, i);
            endpoints.add(new Endpoint(
                    urls.get(i),
                    at(models, i),
                    keyFile.equals(NONE) ? null : ModelFiles.key(Path.of(keyFile)),
                    headerFile.equals(NONE) ? Map.of() : ModelFiles.headers(Path.of(headerFile))));
        }
        return endpoints;
    }

    private static String at(List<String> list, int index) {
        return list.isEmpty() ? NONE : list.get(list.size() == 1 ? 0 : index);
    }

    /** What the model may call beside what it always may. */
    List<Tool> tools(Vertx vertx) {
        return fetchHosts.isEmpty() ? List.of() : List.of(new FetchUrl(vertx, fetchHosts));
    }

    /**
     * What is to be approved and matches none of these tools.
     *
     * @param names of the tools that there are, or may be
     */
    List<String> unknownToApprove(Collection<String> names) {
        return toolsApproval.stream()
                .filter(pattern -> names.stream().noneMatch(Glob.of(pattern, '/')::matches))
                .toList();
    }

    /** Those of its calls that need a person's leave. A name has no segments, so that one star stands for any. */
    List<Glob> approval() {
        return toolsApproval.stream().map(name -> Glob.of(name, '/')).toList();
    }

    /** For whoever started the process. */
    List<String> about() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            URI url = urls.get(i);
            lines.add("%-10s %s at %s://%s%s"
                    .formatted(
                            i == 0 ? "model" : "",
                            at(models, i),
                            url.getScheme(),
                            url.getRawAuthority(),
                            url.getRawPath()));
        }
        return lines;
    }
}

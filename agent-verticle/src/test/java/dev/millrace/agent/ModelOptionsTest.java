package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.Endpoint;
import dev.millrace.agent.openai.UpstreamModel;
import dev.millrace.launch.Misuse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@DisplayName("The flags of models")
class ModelOptionsTest {

    private static final String URL = "http://127.0.0.1:8000/v1";

    @TempDir
    Path folder;

    private static ModelOptions parse(String... args) {
        ModelOptions options = CommandLine.populateCommand(new ModelOptions(), args);
        options.check();
        return options;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    @DisplayName("name nothing unless they are set")
    void unset() {
        assertFalse(parse().isSet());
        assertEquals(List.of(), parse().about());
    }

    @Test
    @DisplayName("are lists in the order of the URLs, or one for all")
    void lists() throws IOException {
        Path key = file("key", "sk-1\n");
        Path headers = file("headers", "# comment\n\nX-Team: mill\nX-Empty:\n");
        ModelOptions options = parse(
                "--model-url=" + URL + ",https://x.example/v1?v=1",
                "--model=a,b",
                "--model-key-file=-," + key,
                "--model-header-file=" + headers);
        UpstreamModel.Config config = options.config(7);
        Map<String, String> team = Map.of("X-Team", "mill", "X-Empty", "");
        assertEquals(
                List.of(
                        new Endpoint(java.net.URI.create(URL), "a", null, team),
                        new Endpoint(java.net.URI.create("https://x.example/v1?v=1"), "b", "sk-1", team)),
                config.endpoints());
        assertEquals(7, config.connections());
        assertEquals(List.of("model      a at " + URL, "           b at https://x.example/v1"), options.about());
    }

    @Test
    @DisplayName("may change the system prompt")
    void systemPrompt() throws IOException {
        Path prompt = file("prompt", "Be brief.\n");
        assertEquals(
                "Be brief.",
                parse("--model-url=" + URL, "--model=a", "--system-prompt-file=" + prompt)
                        .config(1)
                        .systemPrompt());
    }

    @ParameterizedTest(name = "{0} is refused")
    @CsvSource(delimiter = '|', textBlock = """
            --model=a                                                        | --model is for a model's server, and there is no --model-url
            --fetch-hosts=a                                                  | --fetch-hosts is for a model's server, and there is no --model-url
            --model-url=http://a/v1                                          | --model-url needs --model, the name of the model at that server
            --model-url=http://a/v1,http://b/v1,http://c/v1 --model=a,b      | --model has 2 entries, and must have 1 or as many as --model-url, which has 3
            --model-url=http://me:pw@a/v1 --model=a                          | --model-url has a user or a password in it; a key belongs in --model-key-file
            --model-url=http://a/v1 --model=a --model-idle-timeout=0s        | --model-idle-timeout must be longer than nothing
            """)
    void misuse(String args, String sentence) {
        assertEquals(
                sentence,
                assertThrows(Misuse.class, () -> parse(args.split(" "))).getMessage());
    }

    @Test
    @DisplayName("say what is wrong with a file, and not what stands in it")
    void files() throws IOException {
        Path two = file("two", "sk-secret\nsk-other\n");
        Path bad = file("bad", "X-Team: mill\nsk-secret\n");
        assertRefused("must hold one line with a key", "--model-key-file=" + two);
        assertRefused("line 2 of the header file", "--model-header-file=" + bad);
        assertRefused("cannot be read", "--model-key-file=" + folder.resolve("absent"));
    }

    private static void assertRefused(String reason, String flag) {
        ModelOptions options = parse("--model-url=" + URL, "--model=a", flag);
        String message = String.valueOf(
                assertThrows(Misuse.class, () -> options.config(1)).getMessage());
        assertTrue(message.contains(reason) && !message.contains("sk-"), message);
    }
}

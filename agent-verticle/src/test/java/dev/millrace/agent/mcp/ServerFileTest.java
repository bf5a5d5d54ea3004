package dev.millrace.agent.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The file of MCP servers")
class ServerFileTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "s3cret", "DIR", "/srv");

    @TempDir
    Path folder;

    private Map<String, Address> read(String json) throws IOException {
        return ServerFile.read(Files.writeString(folder.resolve("mcp.json"), json), ENVIRONMENT::get);
    }

    @Test
    @DisplayName("names programs and URLs, with secrets from the environment or from files")
    void read() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "k3y\n");
        Map<String, Address> servers = read("""
                {"mcpServers": {
                  "files": {"command": "npx", "args": ["-y", "${env:DIR}/files"], "env": {"TOKEN": "${env:TOKEN}"}},
                  "web": {"type": "http", "url": "https://tools.example/mcp?v=1",
                          "headers": {"Authorization": "Bearer ${file:%s}", "X-Empty": ""}}
                }}""".formatted(key));
        assertEquals(
                Map.of(
                        "files",
                        new Address.Program("npx", List.of("-y", "/srv/files"), Map.of("TOKEN", "s3cret")),
                        "web",
                        new Address.Remote(
                                URI.create("https://tools.example/mcp?v=1"),
                                Map.of("Authorization", "Bearer k3y", "X-Empty", ""))),
                servers);
        assertEquals(List.of("files", "web"), List.copyOf(servers.keySet()));
        String printed = servers.toString();
        assertFalse(printed.contains("s3cret") || printed.contains("k3y"), printed);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {}                                                      | 'mcpServers' in the file FILE is missing
            []                                                      | the file FILE is not a JSON object
            {"mcpServers":{},"x":1}                                 | 'x' in the file FILE is not known; there is: mcpServers
            {"mcpServers":{"a":1}}                                  | 'mcpServers.a' in the file FILE must be an object, and is a number
            {"mcpServers":{"":{}}}                                  | 'mcpServers' in the file FILE has a name that is empty or longer than 64 characters
            {"mcpServers":{"a":{}}}                                 | 'mcpServers.a' in the file FILE must have either 'command' or 'url'
            {"mcpServers":{"a":{"command":"b","url":"c"}}}          | 'mcpServers.a' in the file FILE must have either 'command' or 'url'
            {"mcpServers":{"a":{"command":"b","arg":["c"]}}}        | 'mcpServers.a.arg' in the file FILE is not known; there is: args, command, env, type
            {"mcpServers":{"a":{"command":"b","headers":{}}}}       | 'mcpServers.a.headers' in the file FILE is not known; there is: args, command, env, type
            {"mcpServers":{"a":{"command":" "}}}                    | 'mcpServers.a.command' in the file FILE must not be empty
            {"mcpServers":{"a":{"command":"b","args":"c"}}}         | 'mcpServers.a.args' in the file FILE must be an array, and is a string
            {"mcpServers":{"a":{"command":"b","args":["c",1]}}}     | 'mcpServers.a.args[1]' in the file FILE must be a string, and is a number
            {"mcpServers":{"a":{"command":"b","env":{"K":null}}}}   | 'mcpServers.a.env.K' in the file FILE must be a string, and is null
            {"mcpServers":{"a":{"command":"b","env":{"K":"${env:NO}"}}}} | 'mcpServers.a.env.K' in the file FILE needs the environment variable NO
            {"mcpServers":{"a":{"command":"b","env":{"K":"${file:/no/such}"}}}} | 'mcpServers.a.env.K' in the file FILE needs the file /no/such, which cannot be read or is not UTF-8
            {"mcpServers":{"a":{"command":"b","env":{"K":"${input:x}"}}}} | 'mcpServers.a.env.K' in the file FILE has ${input:x}, and there is only ${env:NAME} and ${file:PATH}
            {"mcpServers":{"a":{"command":"b","env":{"K":"s3cret${env:TOKEN"}}}} | 'mcpServers.a.env.K' in the file FILE has a ${ without its }
            {"mcpServers":{"a":{"type":"sse","url":"http://b/"}}}   | 'mcpServers.a.type' in the file FILE must be http for a url; the older sse is not spoken
            {"mcpServers":{"a":{"type":"http","command":"b"}}}      | 'mcpServers.a.type' in the file FILE must be stdio for a command
            {"mcpServers":{"a":{"url":"ftp://b/"}}}                 | 'mcpServers.a.url' in the file FILE must be an http or https URL
            {"mcpServers":{"a":{"url":"http://b/ c"}}}              | 'mcpServers.a.url' in the file FILE must be an http or https URL
            {"mcpServers":{"a":{"url":"http://me:s3cret@b/"}}}      | 'mcpServers.a.url' in the file FILE has a user or a password in it; a key belongs in 'headers'
            {"mcpServers":{"a":{"url":"http://b/","headers":{"Host":"c"}}}} | 'mcpServers.a.headers' in the file FILE has the name 'Host', which cannot be set
            {"mcpServers":{"a":{"url":"http://b/","headers":{"K":"s3cret\\n"}}}} | 'mcpServers.a.headers.K' in the file FILE must be one line of visible characters
            """)
    @DisplayName("is refused with a sentence that names the key, and no secret:")
    void wrong(String json, String sentence) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage());
        assertEquals(sentence, message.replace(folder.resolve("mcp.json").toString(), "FILE"));
        assertFalse(message.contains("s3cret"), message);
    }

    @Test
    @DisplayName("must be there")
    void absent() {
        Path file = folder.resolve("absent");
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> ServerFile.read(file, ENVIRONMENT::get))
                        .getMessage());
        assertTrue(message.endsWith("cannot be read, or is not UTF-8; name another"), message);
    }
}

package dev.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Program;
import dev.millrace.launch.Serve;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents answer what newcomers ask, through the whole program, and nothing else. */
class AskedDocumentsTest {

    @TempDir
    static Path home;

    private static Vertx vertx;
    private static Gateway gateway;

    @BeforeAll
    static void serve() throws Exception {
        vertx = Vertx.vertx();
        gateway = Program.await(Serve.start(
                Main.roles(),
                "--port=0",
                "--management-port=0",
                "--token-pace=0",
                "--home=" + home,
                "--docs=" + Project.DOCS));
    }

    @AfterAll
    static void stop() throws Exception {
        Program.await(gateway.close());
        Program.await(vertx.close());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            How do I resume a stream?                  | resume.md        | Last-Event-ID
            What happens when I refresh the page?      | resume.md        | the run goes on
            What is Last-Event-ID?                     | resume.md        | header
            How often is a heartbeat sent?             | resume.md        | Every 15 seconds
            How do I cancel a run?                     | chat-api.md      | DELETE /api/chat/{run}
            How do I delete a session?                 | chat-api.md      | DELETE /api/chat/sessions/{session}
            What events does a run have?               | chat-api.md      | seven kinds
            What is the Idempotency-Key for?           | chat-api.md      | one run
            What is the maximum body size?             | chat-api.md      | 1 MiB
            How long is a token valid?                 | security.md      | one hour
            How do I get a token?                      | security.md      | ./millrace token
            How do I authenticate?                     | security.md      | Authorization
            Where is the key?                          | security.md      | .millrace
            How do I use my own signing keys?          | security.md      | --jwt-key-file
            How do I revoke a token?                   | security.md      | cannot be revoked
            How do I use EventSource in the browser?   | security.md      | fetch
            What happens when a token expires?         | security.md      | 60 seconds
            What happens when a reader is slow?        | concepts.md      | costs nothing
            What happens when nobody watches a run?    | concepts.md      | 60 seconds
            What is an event id?                       | concepts.md      | two numbers
            What is a session?                         | concepts.md      | conversation
            What is a feed?                            | concepts.md      | CloudEvents
            What is a gap?                             | concepts.md      | oldest event
            How do I change the port?                  | configuration.md | --port
            How do I point it at my own documents?     | configuration.md | --docs
            What does 503 busy mean?                   | errors.md        | 500 runs
            Why do I get 401?                          | errors.md        | token is missing
            How do I publish an event?                 | events-api.md    | POST /api/events
            How do I read a feed?                      | events-api.md    | GET /api/events
            How do I stop the server?                  | operations.md    | Ctrl-C
            How do I check health?                     | operations.md    | /health/ready
            How do I run a cluster?                    | operations.md    | --cluster
            What happens when the log is full?         | operations.md    | evicts
            How long are runs kept?                    | operations.md    | 24 hours
            Does audio work?                           | audio-api.md     | speech engine
            How do I interrupt the agent?              | audio-api.md     | three voiced frames
            When does a turn end?                      | audio-api.md     | 500 ms
            What are the exit codes?                   | command-line.md  | exit code is 0
            Which Java version do I need?              | quick-start.md   | 17
            How long does the first start take?        | quick-start.md   | minutes
            How do I turn on TLS?                      | configuration.md | --tls-cert
            How do I renew the certificate?            | configuration.md | every minute
            How is HTTP/2 limited?                     | security.md      | 256 streams
            """)
    void aQuestionIsAnsweredFirstOfAllFromTheDocumentItBelongsTo(String question, String document, String words)
            throws Exception {
        Answer answer = ask(question);
        assertTrue(answer.sources.get(0).startsWith(document + "#"), answer::toString);
        assertTrue(answer.text.toString().contains(words), answer::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is the capital of France?",
                "How do I bake bread?",
                "Who won the world cup in 2014?",
                "Write me a poem about the sea",
                "What is the population of Berlin?"
            })
    void aQuestionAboutSomethingElseIsRefused(String question) throws Exception {
        Answer answer = ask(question);
        assertEquals(List.of("not_in_documents"), answer.warnings, answer::toString);
        assertEquals(List.of(), answer.sources, answer::toString);
    }

    @Test
    void theQuestionOfTheReadmeHasAnAnswerLongEnoughToWatchAndToResume() throws Exception {
        Answer answer = ask("How do I resume a stream?");
        // At the model's own pace each word is an event.
        assertTrue(answer.text.toString().split("\\s+").length >= 60, answer::toString);
        assertTrue(answer.sources.stream().allMatch(source -> source.startsWith("resume.md#")), answer::toString);
    }

    private static Answer ask(String question) throws Exception {
        Answer answer = new Answer();
        String token = Token.mint(home, "reader", EnumSet.of(Scope.CHAT), FeedRights.ALL, Duration.ofMinutes(5), null);
        URI url = URI.create("http://127.0.0.1:" + gateway.port());
        JsonObject body = new JsonObject().put("message", question);
        assertEquals(
                "completed",
                Program.await(new ChatClient(new Remote(vertx, url, token, Optional.empty()), answer, null).ask(body)));
        return answer;
    }

    private static final class Answer implements AnswerView {

        private final StringBuilder text = new StringBuilder();
        private final List<String> sources = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        @Override
        public void show(SseEvent event) {
            JsonObject data = new JsonObject(event.data());
            switch (event.type()) {
                case "token" -> text.append(data.getString("text"));
                case "citation" -> sources.add(data.getString("source"));
                case "warning" -> warnings.add(data.getString("code"));
                default -> {}
            }
        }

        @Override
        public String toString() {
            return text + " " + sources + " " + warnings;
        }
    }
}

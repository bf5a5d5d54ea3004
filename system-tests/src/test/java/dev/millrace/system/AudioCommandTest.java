package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.app.voice.Wav;
import dev.millrace.system.CommandLineProcess.Result;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./millrace audio}, as people run it, against a server as people run it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class AudioCommandTest {

    private static final String QUESTION = example("what-is-a-gap");
    private static final String INTERRUPTION = example("please-stop-talking-now");

    private Path folder;
    private CommandLineProcess server;
    private String url;

    @BeforeAll
    void serve(@TempDir Path folder) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder.resolve("home"));
        String docs = Project.file("docs").toString();
        server = CommandLineProcess.start(
                folder,
                Map.of("MILLRACE_HOME", "home"),
                "serve",
                "--port=0",
                "--management-port=0",
                "--docs=" + docs,
                "--stt-deadline=60s");
        url = server.lineThatBegins("address").replaceFirst("^address +", "");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String example(String name) {
        return Project.file("examples/" + name + ".wav").toString();
    }

    private Result ask(String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("audio", "ask", "--url", url));
        all.addAll(List.of(args));
        return CommandLineProcess.run(folder, Map.of("MILLRACE_HOME", "home"), all.toArray(String[]::new));
    }

    @Test
    void aQuestionIsShownAsItIsUnderstoodWithItsAnswerWhichIsWritten() throws Exception {
        Result result = ask(QUESTION, "--out", "gap.wav");

        assertEquals(0, result.exit(), result::toString);
        List<String> lines = result.out().lines().toList();
        assertTrue(lines.get(0).startsWith("· connected; embedded listens (a demonstration)"), result.out());
        assertTrue(lines.get(1).startsWith("· saying " + QUESTION), result.out());
        assertTrue(result.out().contains("… what is a"), result.out());
        assertTrue(lines.contains("» what is a gap"), result.out());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("A gap is the stretch between")), result.out());
        String ended = lines.get(lines.size() - 2);
        assertTrue(ended.matches("completed, \\d+\\.\\d s of speech in gap\\.wav"), ended);
        assertTrue(lines.get(lines.size() - 1).matches("aud_\\w+  --session ses_\\w+"), result.out());
        Wav heard = Wav.read(folder.resolve("gap.wav"));
        assertEquals(16_000, heard.rate());
        assertTrue(heard.millis() > 5_000, heard.millis() + " ms");
    }

    @Test
    void anInterruptionShowsThePauseTheStopAndWhatWasHeard() throws Exception {
        Result result = ask(QUESTION, "--barge-in", "1.5s", INTERRUPTION);

        assertEquals(0, result.exit(), result::toString);
        List<String> lines = result.out().lines().map(String::strip).toList();
        int pause = first(lines, "| pause: somebody speaks");
        int stop = first(lines, "■ stop after ");
        assertTrue(0 <= pause && pause < stop, result.out());
        assertTrue(lines.get(stop + 1).startsWith("heard: A gap is"), result.out());
        assertTrue(lines.get(stop + 2).startsWith("not heard: "), result.out());
        assertTrue(lines.contains("» please stop talking now"), result.out());
        assertTrue(Files.exists(folder.resolve("answer.wav")));
    }

    private static int first(List<String> lines, String beginning) {
        return lines.indexOf(lines.stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElse(""));
    }

    @Test
    void forProgramsEachMessageIsALineOfJsonAndAConversationGoesOn() throws Exception {
        Result first = ask(QUESTION, "--json");
        assertEquals(0, first.exit(), first::toString);
        List<JsonObject> messages = first.out().lines().map(JsonObject::new).toList();
        assertEquals("session.created", messages.get(0).getString("type"));
        String conversation = messages.stream()
                .filter(message -> message.getString("type").equals("agent.started"))
                .findFirst()
                .orElseThrow()
                .getString("conversation");
        Result second = ask(QUESTION, "--session", conversation);
        assertTrue(second.out().strip().endsWith("--session " + conversation), second.out());
    }

    @Test
    void whatCannotBeDoneIsSaidInOneSentence() throws Exception {
        Files.writeString(folder.resolve("notes.wav"), "no sound at all");
        new Wav(16_000, new short[8_000]).write(folder.resolve("silence.wav"));
        wrong(2, "Missing required parameter: 'FILE.wav'");
        wrong(2, "the file absent.wav cannot be read", "absent.wav");
        wrong(2, "notes.wav is no WAV file", "notes.wav");
        wrong(2, "--barge-in begins with when: 'soon' is no time", QUESTION, "--barge-in", "soon", INTERRUPTION);
        wrong(2, "--out is nowhere/a.wav, and no file can be written there", QUESTION, "--out", "nowhere/a.wav");
        wrong(1, "no speech was heard in silence.wav", "silence.wav");
        wrong(1, "There is no such conversation", QUESTION, "--session", "ses_nobody");
        wrong(1, "the answer was over before 60000 ms of it were heard", QUESTION, "--barge-in", "60s", INTERRUPTION);
        Files.writeString(folder.resolve("strange.token"), "strange\n");
        wrong(1, "token", QUESTION, "--token-file", "strange.token");
    }

    private void wrong(int exit, String sentence, String... args) throws Exception {
        Result result = ask(args);
        assertEquals(exit, result.exit(), result::toString);
        assertTrue(result.err().startsWith("millrace: "), result::toString);
        assertTrue(result.err().contains(sentence), result::toString);
    }

    @Test
    void aServerThatIsNotThereIsSaid() throws Exception {
        Result result = CommandLineProcess.run(
                folder, Map.of("MILLRACE_HOME", "home"), "audio", "ask", QUESTION, "--url", "http://127.0.0.1:1");
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.err().contains("is './millrace serve' running?"), result::toString);
    }
}

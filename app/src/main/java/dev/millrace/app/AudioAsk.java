package dev.millrace.app;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.VoiceCall;
import dev.millrace.app.voice.VoiceCall.Interruption;
import dev.millrace.app.voice.VoiceCall.Outcome;
import dev.millrace.app.voice.VoiceCall.Recorded;
import dev.millrace.app.voice.VoiceView;
import dev.millrace.app.voice.Wav;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code audio ask}: says a recorded question, shows the answer, and writes what was spoken. */
@Command(name = "ask", description = "Says a recorded question, shows the answer as it comes, and writes it as a WAV.")
@SuppressWarnings("NullAway.Init") // picocli sets every field that is required or has a default
final class AudioAsk implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE.wav",
            description = "The question: 16 bits or mu-law, one channel or two, 8000 Hz and more.")
    private Path file;

    @Option(
            names = "--out",
            paramLabel = "FILE.wav",
            defaultValue = "answer.wav",
            description = "Where what was heard of the answer is written; ${DEFAULT-VALUE} unless set.")
    private Path out;

    @Option(
            names = "--barge-in",
            arity = "2",
            paramLabel = "TIME FILE.wav",
            hideParamSyntax = true,
            description = "Says this when so much of the answer was heard, as in --barge-in 1.5s stop.wav.")
    private List<String> bargeIn = List.of();

    @Option(names = "--session", paramLabel = "ID", description = "The conversation to go on with.")
    private @Nullable String session;

    @Option(names = "--capture", description = "Has the server keep a file of the session, for audio replay.")
    private boolean capture;

    @Option(names = "--json", description = "Prints each message of the server as a line of JSON.")
    private boolean json;

    @Mixin
    private RemoteOptions remote;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Recorded question = recorded(file);
        Interruption interruption = interruption(question.sound().rate());
        requireFolder();
        PrintWriter stdout = spec.commandLine().getOut();
        VoiceScreen screen = new VoiceScreen(stdout);
        VoiceView view = json ? (text, message) -> line(stdout, text) : screen;
        JsonObject hello = AudioClient.hello(question.sound().rate())
                .put("conversation", session)
                .put("capture", capture);
        EnumSet<Scope> scopes = capture ? EnumSet.of(Scope.AUDIO, Scope.AUDIO_CAPTURE) : EnumSet.of(Scope.AUDIO);
        Outcome outcome = remote.with(scopes, server -> new VoiceCall(server.vertx(), question, interruption, view)
                .talk(listener -> server.audio(hello, listener)));
        write(outcome.heard());
        if (!json) {
            screen.ended(outcome.status(), out.toString(), outcome.heard().millis());
        }
        return outcome.status().equals("completed") ? Program.OK : Program.FAILED;
    }

    private static void line(PrintWriter stdout, String text) {
        stdout.println(text);
        stdout.flush();
    }

    private static Recorded recorded(Path file) {
        return new Recorded(file.toString(), Wav.read(file));
    }

    private @Nullable Interruption interruption(int rate) {
        if (bargeIn.isEmpty()) {
            return null;
        }
        try {
            long afterMs = new Durations().convert(bargeIn.get(0)).toMillis();
            Recorded words = recorded(Path.of(bargeIn.get(1)));
            return new Interruption(new Recorded(words.name(), words.sound().at(rate)), afterMs);
        } catch (TypeConversionException e) {
            throw new Misuse("--barge-in begins with when: " + e.getMessage());
        }
    }

    /** Before the call: an answer that cannot be written was waited for in vain. */
    private void requireFolder() {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(out)) {
            throw new Misuse("--out is " + out + ", and no file can be written there");
        }
    }

    private void write(Wav heard) {
        try {
            heard.write(out);
        } catch (IOException e) {
            throw new Misuse("the answer cannot be written to " + out + "; name another file with --out");
        }
    }
}

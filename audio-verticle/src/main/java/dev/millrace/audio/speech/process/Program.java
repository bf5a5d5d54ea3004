package dev.millrace.audio.speech.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that speaks a text: as people know it, and how it is called.
 *
 * @param name also its name on the path
 * @param rate samples a second that we have it give
 * @param voice null for its own default
 * @param before the text on its command line, with the text as the last argument
 */
record Program(String name, int rate, @Nullable String voice, List<String> before) {

    private static final int SECONDS = 5;

    /** What starts it. Control characters are blanks: no command line takes a NUL. */
    List<String> command(String text) {
        List<String> command = new ArrayList<>(before);
        command.add(text.replaceAll("\\p{Cntrl}", " "));
        return command;
    }

    /**
     * What a program prints, to see that it is there. Blocks.
     *
     * @throws IllegalArgumentException with a sentence, if it cannot be started
     */
    static String output(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return said;
        } catch (IOException e) {
            throw new IllegalArgumentException("--tts " + name + " needs the program " + name
                    + ", which cannot be started; install it (on Debian: apt-get install " + name + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.millrace.launch;

/**
 * The program was used wrongly: a flag, a file, a port. The message is one sentence that names the thing and says what
 * to do; the process ends with exit code 2.
 */
public final class Misuse extends RuntimeException {

    private static final long serialVersionUID = 1;

    public Misuse(String sentence) {
        super(sentence, null, false, false);
    }
}

package dev.millrace.auth;

/**
 * A key, or the place it should come from, cannot be used. The message is one sentence that names the file or URL and
 * says what to do; it never contains key material, nor the query or user of a URL.
 */
public final class BadKey extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadKey(String sentence) {
        super(sentence);
    }

    BadKey(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}

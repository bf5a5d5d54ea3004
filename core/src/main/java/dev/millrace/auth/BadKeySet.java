package dev.millrace.auth;

/** What an address served is no key set for us. The message is a predicate: "answered 404 instead of 200". */
final class BadKeySet extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadKeySet(String predicate) {
        super(predicate);
    }
}

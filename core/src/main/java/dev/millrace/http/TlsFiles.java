package dev.millrace.http;

import java.nio.file.Path;

/**
 * Where a server's certificate lies.
 *
 * @param certificate the chain in PEM, the server's own certificate first
 * @param key its private key in PEM, without a password
 * @param checkMillis how often the files are looked at for another pair
 */
public record TlsFiles(Path certificate, Path key, long checkMillis) {

    private static final long MINUTE_MILLIS = 60_000;

    /** Looked at every minute: certificates are renewed weeks before they end, and a minute is soon to who waits. */
    public TlsFiles(Path certificate, Path key) {
        this(certificate, key, MINUTE_MILLIS);
    }
}

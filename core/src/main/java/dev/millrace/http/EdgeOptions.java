package dev.millrace.http;

import java.util.Optional;
import java.util.Set;

/**
 * How the edge listens.
 *
 * @param host the address to bind
 * @param port 0 for one the system chooses
 * @param loops how many event loops accept connections, at least 1
 * @param headerMillis how long a connection may take from its accept to the end of its first request's head, a handshake
 *     of TLS and the opening of HTTP/2 among it: against clients that send a byte now and then and hold a socket each
 *     (slow loris)
 * @param bodyMillis how long a request's body may take
 * @param idleSeconds how long a connection may stay without a byte in either direction; longer than a heartbeat
 * @param lifetimeMillis how long a connection is used, or up to a tenth less; 0 for ever
 * @param origins whose pages may call us from a browser; empty for none but our own
 * @param tls the certificate; empty for a port without TLS
 */
public record EdgeOptions(
        String host,
        int port,
        int loops,
        long headerMillis,
        long bodyMillis,
        int idleSeconds,
        long lifetimeMillis,
        Set<String> origins,
        Optional<TlsFiles> tls) {

    public static EdgeOptions on(String host, int port) {
        return new EdgeOptions(host, port, 2, 10_000, 30_000, 75, 0, Set.of(), Optional.empty());
    }

    public EdgeOptions origins(Set<String> allowed) {
        return new EdgeOptions(
                host, port, loops, headerMillis, bodyMillis, idleSeconds, lifetimeMillis, Set.copyOf(allowed), tls);
    }

    public EdgeOptions tls(Optional<TlsFiles> files) {
        return new EdgeOptions(
                host, port, loops, headerMillis, bodyMillis, idleSeconds, lifetimeMillis, origins, files);
    }

    public EdgeOptions lifetime(long millis) {
        return new EdgeOptions(host, port, loops, headerMillis, bodyMillis, idleSeconds, millis, origins, tls);
    }
}

package dev.millrace.launch;

import dev.millrace.http.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a port that speaks TLS. */
final class TlsFlags {

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificate chain in PEM: with it the routes speak TLS, and HTTP/2 with who can.")
    @Nullable
    Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its private key in PEM. A renewed pair is taken within a minute, without a restart.")
    @Nullable
    Path key;

    Optional<TlsFiles> files() {
        if (certificate == null && key == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new Misuse(
                    key == null
                            ? "--tls-cert needs --tls-key: TLS takes a certificate and its private key"
                            : "--tls-key needs --tls-cert: TLS takes a private key and its certificate");
        }
        return Optional.of(new TlsFiles(certificate, key));
    }
}

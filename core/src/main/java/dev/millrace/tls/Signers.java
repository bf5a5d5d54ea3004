package dev.millrace.tls;

import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;

/** Those whose signature under a certificate is believed. */
public final class Signers {

    private Signers() {}

    /**
     * Reads their certificates. Blocks.
     *
     * @throws IllegalArgumentException with one sentence that names the file
     */
    public static PemTrustOptions read(Path file) {
        Pem pem = Pem.read("certificate file", file);
        pem.certificate();
        return new PemTrustOptions().addCertValue(pem.bytes());
    }
}

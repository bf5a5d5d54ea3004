package dev.millrace.node;

import dev.millrace.tls.CertifiedKey;
import dev.millrace.tls.Signers;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import java.nio.file.Path;

/**
 * How members prove to each other, on the event bus, that they belong together: by certificates of one signer. Who has one
 * of his is let in, at whichever address, because the addresses of pods are nobody's for long.
 *
 * @param certificate the chain in PEM, this member's own certificate first
 * @param key its private key in PEM, without a password
 * @param ca the certificates in PEM of who signs those of members
 */
public record BusTls(Path certificate, Path key, Path ca) {

    /**
     * Reads the files. Blocks.
     *
     * @throws IllegalArgumentException with one sentence that names the file
     */
    void on(EventBusOptions bus) {
        Vertx reading = Vertx.vertx(); // keys are read with the help of one, and that of the bus is not there yet
        try {
            bus.setSsl(true)
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setKeyCertOptions(
                            CertifiedKey.read(reading, certificate, key).pem())
                    .setTrustOptions(Signers.read(ca));
        } finally {
            reading.close();
        }
    }
}

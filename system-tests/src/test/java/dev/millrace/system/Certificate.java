package dev.millrace.system;

import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For localhost, signed by nobody but itself, and new in every run of the tests. */
record Certificate(String certificate, String key) {

    static Certificate localhost() throws IOException {
        SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
        try {
            return new Certificate(
                    Files.readString(Path.of(made.certificatePath())),
                    Files.readString(Path.of(made.privateKeyPath())));
        } finally {
            made.delete();
        }
    }

    /** As the files in {@code deploy/} name them. */
    void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("cert.pem"), certificate);
        Files.writeString(folder.resolve("cert.pem.key"), key);
    }
}

package dev.millrace.tls;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** A file in PEM, as it was when it was read. */
record Pem(Path file, Buffer bytes) {

    /**
     * @param what it is, such as {@code key file}
     * @throws IllegalArgumentException with one sentence that names the file
     */
    static Pem read(String what, Path file) {
        String named = "the " + what + " " + file;
        try {
            return new Pem(file, Buffer.buffer(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(named + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(named + " may not be read by this user", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(named + " cannot be read: " + e.getMessage(), e);
        }
    }

    String text() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** The first certificate in it. */
    X509Certificate certificate() {
        if (!text().contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException(
                    "the certificate file " + file + " is not PEM: it has no line -----BEGIN CERTIFICATE-----");
        }
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes.getBytes()))
                    .iterator()
                    .next();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the certificate file " + file + " holds a broken certificate", e);
        }
    }
}

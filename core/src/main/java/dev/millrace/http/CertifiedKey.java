package dev.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.X509KeyManager;

/**
 * A chain of certificates, and the private key of the first of them. The bytes that were checked are those that are used,
 * so a file that is written meanwhile does no harm.
 */
final class CertifiedKey {

    private final X509Certificate certificate;
    private final PemKeyCertOptions pem;

    private CertifiedKey(X509Certificate certificate, PemKeyCertOptions pem) {
        this.certificate = certificate;
        this.pem = pem;
    }

    /**
     * Reads both files. Blocks.
     *
     * @throws IllegalArgumentException with one sentence that names the file
     */
    static CertifiedKey read(Vertx vertx, TlsFiles files) {
        Buffer chain = bytes("the certificate file " + files.certificate(), files.certificate());
        Buffer key = bytes("the key file " + files.key(), files.key());
        X509Certificate certificate = certificate(files.certificate(), chain);
        PemKeyCertOptions pem = new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
        PrivateKey privateKey = privateKey(vertx, files.key(), pem, certificate.getPublicKey());
        if (privateKey == null || !belongTogether(privateKey, certificate.getPublicKey())) {
            throw new IllegalArgumentException("the key in " + files.key() + " is not that of the certificate in "
                    + files.certificate() + ", whose first certificate must be the server's own");
        }
        return new CertifiedKey(certificate, pem);
    }

    private static Buffer bytes(String what, Path file) {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(what + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(what + " may not be read by this user", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static X509Certificate certificate(Path file, Buffer chain) {
        if (!chain.toString(StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException(
                    "the certificate file " + file + " is not PEM: it has no line -----BEGIN CERTIFICATE-----");
        }
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain.getBytes()))
                    .iterator()
                    .next();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the certificate file " + file + " holds a broken certificate", e);
        }
    }

    /** Read by Vert.x, which knows the three forms that keys are kept in; null when the two are of different kinds. */
    private static @org.jspecify.annotations.Nullable PrivateKey privateKey(
            Vertx vertx, Path file, PemKeyCertOptions pem, PublicKey certified) {
        String text = pem.getKeyValue().toString(StandardCharsets.ISO_8859_1);
        if (!text.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "the key file " + file + " is not PEM: it has no line -----BEGIN PRIVATE KEY-----");
        }
        if (text.contains("ENCRYPTED")) {
            throw new IllegalArgumentException(
                    "the key file " + file + " has a password; 'openssl pkey -in FILE -out NEW' makes one without");
        }
        try {
            X509KeyManager keys =
                    (X509KeyManager) pem.getKeyManagerFactory(vertx).getKeyManagers()[0];
            String[] aliases = keys.getServerAliases(certified.getAlgorithm(), null);
            return aliases == null ? null : keys.getPrivateKey(aliases[0]);
        } catch (IllegalArgumentException e) {
            return null; // the key store's own words for an RSA key with an EC certificate
        } catch (Exception e) {
            throw new IllegalArgumentException("the key file " + file + " holds a broken key", e);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            byte[] proof = {1};
            signature.initSign(key);
            signature.update(proof);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(proof);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For a server, or for one that runs. */
    ServerSSLOptions options() {
        return new ServerSSLOptions().setKeyCertOptions(pem);
    }

    boolean isSameAs(CertifiedKey other) {
        return pem.equals(other.pem);
    }

    Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }
}

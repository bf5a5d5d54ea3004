package dev.millrace.tls;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.X509KeyManager;

/**
 * A chain of certificates, and the private key of the first of them. The bytes that were checked are those that are used,
 * so a file that is written meanwhile does no harm.
 */
public final class CertifiedKey {

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
    public static CertifiedKey read(Vertx vertx, Path certificateFile, Path keyFile) {
        Pem chain = Pem.read("certificate file", certificateFile);
        Pem key = Pem.read("key file", keyFile);
        X509Certificate certificate = chain.certificate();
        PemKeyCertOptions pem =
                new PemKeyCertOptions().addCertValue(chain.bytes()).addKeyValue(key.bytes());
        PrivateKey privateKey = privateKey(vertx, key, pem, certificate.getPublicKey());
        if (privateKey == null || !belongTogether(privateKey, certificate.getPublicKey())) {
            throw new IllegalArgumentException("the key in " + keyFile + " is not that of the certificate in "
                    + certificateFile + ", whose first certificate must be that of the key");
        }
        return new CertifiedKey(certificate, pem);
    }

    /** Read by Vert.x, which knows the three forms that keys are kept in; null when the two are of different kinds. */
    private static @org.jspecify.annotations.Nullable PrivateKey privateKey(
            Vertx vertx, Pem key, PemKeyCertOptions pem, PublicKey certified) {
        String text = key.text();
        if (!text.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "the key file " + key.file() + " is not PEM: it has no line -----BEGIN PRIVATE KEY-----");
        }
        if (text.contains("ENCRYPTED")) {
            throw new IllegalArgumentException("the key file " + key.file()
                    + " has a password; 'openssl pkey -in FILE -out NEW' makes one without");
        }
        try {
            X509KeyManager keys =
                    (X509KeyManager) pem.getKeyManagerFactory(vertx).getKeyManagers()[0];
            String[] aliases = keys.getServerAliases(certified.getAlgorithm(), null);
            return aliases == null ? null : keys.getPrivateKey(aliases[0]);
        } catch (IllegalArgumentException e) {
            return null; // the key store's own words for an RSA key with an EC certificate
        } catch (Exception e) {
            throw new IllegalArgumentException("the key file " + key.file() + " holds a broken key", e);
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

    /** For whatever else shows a certificate. */
    public PemKeyCertOptions pem() {
        return pem;
    }

    /** For a server, or for one that runs. */
    public ServerSSLOptions options() {
        return new ServerSSLOptions().setKeyCertOptions(pem);
    }

    public boolean isSameAs(CertifiedKey other) {
        return pem.equals(other.pem);
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }
}

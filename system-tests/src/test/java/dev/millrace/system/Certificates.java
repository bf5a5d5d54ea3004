package dev.millrace.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates for a test, made by the keytool of the JDK that runs it. */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private Certificates() {}

    /** A certificate and its key in PEM, signed by itself and good for 127.0.0.1 and localhost. */
    record Pair(Path certificate, Path key) {}

    /** @param algorithm {@code RSA} or {@code EC} */
    static Pair make(Path folder, String name, String algorithm) throws IOException {
        return make(folder, name, name, "-keyalg", algorithm, "-ext", "bc=ca:true");
    }

    /** A pair that another signed, which was made in the same folder. */
    static Pair signed(Path folder, String name, String signer) throws IOException {
        return make(folder, signer, name, "-keyalg", "RSA", "-signer", signer);
    }

    private static Pair make(Path folder, String storeName, String name, String... more) throws IOException {
        Path store = folder.resolve(storeName + ".p12");
        Path said = folder.resolve(name + ".keytool.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-validity",
                "2",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (keytool.waitFor() != 0) {
                throw new AssertionError("keytool: " + Files.readString(said));
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            return new Pair(
                    pem(
                            folder.resolve(name + ".crt"),
                            "CERTIFICATE",
                            keys.getCertificate(name).getEncoded()),
                    pem(
                            folder.resolve(name + ".key"),
                            "PRIVATE KEY",
                            keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
    }
}

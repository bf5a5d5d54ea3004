package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.events.EventsRole;
import dev.millrace.launch.Misuse;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with a certificate, as people start it and talk to it. */
@Timeout(120)
class TlsStartTest {

    @TempDir
    Path folder;

    @Test
    void theAddressIsHttpsAndTheCommandLineTrustsWhomItIsToldTo() throws Exception {
        Certificates.Pair pair = Certificates.make(folder, "server", "RSA");
        Certificates.Pair other = Certificates.make(folder, "other", "EC");
        String docs = Library.writeTo(folder.resolve("docs")).toString();
        try (CommandLineProcess process = start(pair.certificate(), pair.key(), "--docs", docs, "--token-pace", "0")) {
            String address = process.lineThatBegins("address").split(" +")[1];
            assertEquals("https", URI.create(address).getScheme());
            String health = process.lineThatBegins("health").split(" +")[1];
            assertEquals("http", URI.create(health).getScheme());
            assertTrue(process.lineThatBegins("curl").startsWith("curl -N " + address + "/api/chat"));

            CommandLineProcess.Result asked =
                    chat(address, "--ca", pair.certificate().toString());
            assertEquals(0, asked.exit(), asked::toString);
            assertFalse(asked.out().isBlank());

            CommandLineProcess.Result untold = chat(address);
            assertEquals(1, untold.exit(), untold::toString);
            assertTrue(
                    untold.err().startsWith("millrace: the certificate of " + address + " is not accepted ("),
                    untold::err);
            assertTrue(untold.err().endsWith("); --ca names the file of who signed it\n"), untold::err);

            CommandLineProcess.Result wrong =
                    chat(address, "--ca", other.certificate().toString());
            assertEquals(1, wrong.exit(), wrong::toString);
            assertTrue(wrong.err().contains(" is not accepted ("), wrong::err);

            CommandLineProcess.Result plain =
                    chat(health.replace("http://", "https://").replace("/health/ready", ""));
            assertEquals(1, plain.exit(), plain::toString);
            assertTrue(plain.err().contains(" does not speak TLS; "), plain::err);
        }
    }

    @Test
    void aCertificateAuthorityThatCannotBeReadIsMisuse() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        Path token = Files.writeString(folder.resolve("token"), "a.b.c");
        Path text = Files.writeString(folder.resolve("notes.txt"), "no certificate");
        for (Path file : List.of(folder.resolve("absent"), text)) {
            CommandLineProcess.Result result =
                    chat("https://127.0.0.1:1", "--ca", file.toString(), "--token-file", token.toString());
            assertEquals(2, result.exit(), result::toString);
            assertTrue(result.err().startsWith("millrace: the file " + file + " of --ca "), result::err);
        }
    }

    @Test
    void aPairThatIsNoGoodIsRefusedBeforeAnyPortIsOpen() throws Exception {
        Certificates.Pair rsa = Certificates.make(folder, "rsa", "RSA");
        Certificates.Pair second = Certificates.make(folder, "second", "RSA");
        Certificates.Pair ec = Certificates.make(folder, "ec", "EC");
        Path absent = folder.resolve("absent.pem");
        Path text = Files.writeString(folder.resolve("notes.txt"), "no PEM at all\n");
        Path locked = Files.writeString(
                folder.resolve("locked.key"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Path brokenKey = Files.writeString(
                folder.resolve("broken.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path brokenCertificate = Files.writeString(
                folder.resolve("broken.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path cert = rsa.certificate();

        try (CommandLineProcess process = start(absent, rsa.key())) {
            CommandLineProcess.Result result = process.result();
            assertEquals(2, result.exit(), result::toString);
            assertEquals("", result.out());
            assertEquals("millrace: the certificate file " + absent + " does not exist\n", result.err());
        }
        assertRefused("the key file " + absent + " does not exist", cert, absent);
        assertRefused("the certificate file " + folder + " cannot be read: ", folder, rsa.key());
        assertRefused("the certificate file " + text + " is not PEM: ", text, rsa.key());
        assertRefused("the key file " + text + " is not PEM: ", cert, text);
        assertRefused("the certificate file " + rsa.key() + " is not PEM: ", rsa.key(), cert);
        assertRefused("the key file " + locked + " has a password; ", cert, locked);
        assertRefused("the key file " + brokenKey + " holds a broken key", cert, brokenKey);
        assertRefused("the certificate file " + brokenCertificate + " holds a broken", brokenCertificate, rsa.key());
        for (Certificates.Pair other : List.of(second, ec)) {
            assertRefused(
                    "the key in " + other.key() + " is not that of the certificate in " + cert, cert, other.key());
        }
    }

    @Test
    void oneOfTheTwoFilesAloneIsMisuse() throws Exception {
        CommandLineProcess.Result result = CommandLineProcess.run(folder, Map.of(), "serve", "--tls-cert", "a.crt");
        assertEquals(2, result.exit());
        assertEquals(
                "millrace: --tls-cert needs --tls-key: TLS takes a certificate and its private key\n", result.err());
        result = CommandLineProcess.run(folder, Map.of("MILLRACE_TLS_KEY", "a.key"), "serve");
        assertEquals(2, result.exit());
        assertEquals(
                "millrace: --tls-key needs --tls-cert: TLS takes a private key and its certificate\n", result.err());
    }

    private void assertRefused(String sentence, Path certificate, Path key) {
        Misuse refused = assertThrows(Misuse.class, () -> {
            Server server = Server.start(
                    List.of(new EventsRole()),
                    folder,
                    "--tls-cert",
                    certificate.toString(),
                    "--tls-key",
                    key.toString());
            server.close();
        });
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.startsWith(sentence), said);
        assertFalse(said.contains("Exception"), said);
    }

    private CommandLineProcess start(Path certificate, Path key, String... flags) throws Exception {
        List<String> args =
                new ArrayList<>(List.of("serve", "--port", "0", "--management-port", "0", "--home", "home"));
        args.addAll(List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString()));
        args.addAll(List.of(flags));
        return CommandLineProcess.start(folder, Map.of(), args.toArray(String[]::new));
    }

    private CommandLineProcess.Result chat(String url, String... flags) throws Exception {
        List<String> args =
                new ArrayList<>(List.of("chat", "How do I resume a stream?", "--home", "home", "--url", url));
        args.addAll(List.of(flags));
        return CommandLineProcess.run(folder, Map.of(), args.toArray(String[]::new));
    }
}

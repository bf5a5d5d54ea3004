package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An event bus on which each member shows a certificate. */
@Timeout(120)
class BusTlsTest {

    @TempDir
    static Path folder;

    private static Redis redis;
    private static Fleet fleet;
    private static Path ca;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        ca = Certificates.make(folder, "signer", "RSA").certificate();
        fleet.here(List.of(new AgentRole()), bus("agent", "signer"));
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    private static String[] bus(String name, String signer) throws Exception {
        Certificates.Pair pair = Certificates.signed(folder, name, signer);
        return flags(pair.certificate(), pair.key(), ca);
    }

    private static String[] flags(Path certificate, Path key, Path signers) {
        return new String[] {"--bus-cert", "" + certificate, "--bus-key", "" + key, "--bus-ca", "" + signers};
    }

    @Test
    void membersWithCertificatesOfOneSignerAskEachOther() throws Exception {
        SseClient ada =
                fleet.here(List.of(new ChatRole()), bus("chat", "signer")).client("ada");
        assertEquals("completed", ada.ask(Library.WHEEL).done().getString("status"));
    }

    @Test
    void aMemberWithoutACertificateIsAnsweredByNobody() throws Exception {
        SseStream refused = fleet.here(List.of(new ChatRole())).client("ada").ask(Library.WHEEL);
        assertEquals(503, refused.status());
        assertEquals("no_agent", refused.problem().getString("code"));
    }

    @Test
    void aMemberWithACertificateOfAnotherSignerIsAnsweredByNobody() throws Exception {
        Certificates.make(folder, "stranger", "RSA");
        SseStream refused = fleet.here(List.of(new ChatRole()), bus("intruder", "stranger"))
                .client("ada")
                .ask(Library.WHEEL);
        assertEquals(503, refused.status());
        assertEquals("no_agent", refused.problem().getString("code"));
    }

    @Test
    void oneFlagWithoutTheOthersIsRefused() throws Exception {
        refused(
                "--bus-cert, --bus-key and --bus-ca belong together, and --bus-ca is missing",
                "--bus-cert",
                "a",
                "--bus-key",
                "b");
        refused("--bus-cert, --bus-key and --bus-ca belong together, and --bus-cert is missing", "--bus-ca", "a");
    }

    @Test
    void aFileThatIsNotWhatItShouldBeIsNamed() throws Exception {
        Certificates.Pair one = Certificates.signed(folder, "one", "signer");
        Certificates.Pair other = Certificates.signed(folder, "other", "signer");
        Path absent = folder.resolve("absent.pem");
        Path text = Files.writeString(folder.resolve("text.pem"), "nothing");
        refused("the certificate file " + absent + " does not exist", flags(absent, one.key(), ca));
        refused("the key file " + absent + " does not exist", flags(one.certificate(), absent, ca));
        refused("the certificate file " + absent + " does not exist", flags(one.certificate(), one.key(), absent));
        refused("the certificate file " + text + " is not PEM", flags(one.certificate(), one.key(), text));
        refused(
                "the key in " + other.key() + " is not that of the certificate in " + one.certificate(),
                flags(one.certificate(), other.key(), ca));
    }

    private static void refused(String beginning, String... flags) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("serve", "--redis", redis.url(), "--cluster"));
        command.add(Project.file("cluster.xml").toString());
        command.addAll(List.of(flags));
        CommandLineProcess.Result result = CommandLineProcess.run(folder, Map.of(), command.toArray(String[]::new));
        assertEquals(2, result.exit(), result.err());
        assertTrue(result.err().startsWith("millrace: " + beginning), result.err());
    }
}

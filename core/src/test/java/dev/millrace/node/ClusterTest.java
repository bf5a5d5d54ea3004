package dev.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.Hazelcast;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterTest {

    @TempDir
    Path folder;

    /** Whatever was wrong: a member that nobody asked for would look for others on this network. */
    @AfterEach
    void nobodyJoinedAnything() {
        assertEquals(Set.of(), Hazelcast.getAllHazelcastInstances());
    }

    @Test
    void aFileThatIsNotThereIsOneSentence() {
        Path file = folder.resolve("absent.xml");
        assertEquals("the cluster file " + file + " does not exist", refusal(file));
    }

    @Test
    void aFolderIsNoFile() {
        assertEquals("the cluster file " + folder + " cannot be read", refusal(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "members: all",
                "<hazelcast",
                "<hazelcast xmlns=\"http://www.hazelcast.com/schema/config\"><network><port>x</port></network></hazelcast>",
                "<cluster/>"
            })
    void aFileThatIsBrokenIsOneSentence(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.xml"), text);
        String sentence = refusal(file);
        assertTrue(sentence.startsWith("the cluster file " + file + " is not a Hazelcast configuration: "), sentence);
        assertFalse(sentence.contains("\n"), sentence);
        assertFalse(sentence.endsWith(": ") || sentence.endsWith("null"), sentence);
    }

    private static String refusal(Path file) {
        ClusterOptions options = new ClusterOptions(
                file, Optional.empty(), "127.0.0.1", 5701, List.of(), Optional.empty(), 0, Optional.empty());
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Cluster.join(Vertx.builder(), options))
                .getMessage());
    }
}

package dev.millrace.agent.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Passage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
@DisplayName("The document index")
class DocumentIndexTest {

    /** So rarely that within a test only an explicit rescan looks at the folder. */
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private Vertx vertx;
    private DocumentIndex index;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        this.vertx = vertx;
        Handbook.writeTo(folder);
        index = await(DocumentIndex.open(vertx, folder, NEVER));
    }

    @AfterEach
    void close() throws Exception {
        await(index.close());
    }

    @ParameterizedTest
    @DisplayName("finds the page that answers")
    @CsvSource(delimiter = '|', textBlock = """
                    How do I feed the starter?                | sourdough.md
                    how long does dough need to proof         | sourdough.md
                    What is sourdough?                        | sourdough.md
                    How hot can the rack oven get?            | ovens.md
                    cleaning an oven                          | ovens.md
                    When does the morning van leave?          | delivery/routes.md
                    What happens to unsold bread?             | delivery/routes.md
                    How do I refund a customer?               | till.html
                    Who may approve refunds over 50 euros?    | till.html
                    Does rye contain gluten?                  | allergens.txt
                    How many days of holiday do I have?       | holidays.md
                    I am ill, whom do I call?                 | holidays.md
                    How do I start the mixer?                 | mixer.md
                    What does guard.cfg set?                  | mixer.md
                    How often is butter folded in?            | croissants.md
                    Where is flour stored?                    | suppliers/flour.md
                    who sells us wheat                        | suppliers/flour.md
                    """)
    void quality(String question, String source) throws Exception {
        assertEquals(source, await(index.search(question, 5)).get(0).source());
    }

    @Test
    @DisplayName("gives the best first, no more than asked for, and nothing for words nobody wrote")
    void limits() throws Exception {
        List<Passage> found = await(index.search("bread oven dough flour", 3));
        assertEquals(3, found.size());
        assertTrue(found.get(0).score() >= found.get(1).score());
        assertEquals(List.of(), await(index.search("xylophone", 3)));
        assertEquals(List.of(), await(index.search("what is it?", 3)));
        assertEquals(List.of(), await(index.search("flour", 0)));
    }

    @Test
    @DisplayName("sees a file that was added, changed and removed, without touching the others")
    void changes() throws Exception {
        assertEquals(Handbook.size(), index.documents());
        Path file = folder.resolve("new/pretzels.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# Pretzels\n\nDip pretzels in lye.");
        await(index.rescan());
        assertEquals(Handbook.size() + 1, index.documents());
        assertEquals(
                "Dip pretzels in lye.",
                await(index.search("pretzels", 1)).get(0).text());

        // Same length within the clock tick of the file system: only reading it again tells.
        Files.writeString(file, "# Pretzels\n\nDip pretzels in oil.");
        await(index.rescan());
        assertEquals(
                "Dip pretzels in oil.",
                await(index.search("pretzels", 1)).get(0).text());

        Files.delete(file);
        await(index.rescan());
        assertEquals(List.of(), await(index.search("pretzels", 1)));
        assertEquals(Handbook.size(), index.documents());
    }

    @Test
    @DisplayName("notices a change by itself")
    void watches() throws Exception {
        DocumentIndex watching = await(DocumentIndex.open(vertx, folder, Duration.ofMillis(1)));
        Future<Void> changed = watching.changed();
        Files.writeString(folder.resolve("pies.txt"), "Apple pies are baked on Sundays.");
        await(changed);
        // Half the file may have been seen first: the walk after this sees all of it.
        await(watching.rescan());
        assertEquals("pies.txt", await(watching.search("apple pies", 1)).get(0).source());
        await(watching.close());
    }

    @Test
    @DisplayName("leaves out what is hidden, too large, not UTF-8, of another kind, or linked from outside")
    void leftOut(@TempDir Path outside) throws Exception {
        Files.writeString(folder.resolve(".secret.md"), "zebra");
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/notes.md"), "zebra");
        Files.writeString(folder.resolve("large.txt"), "zebra ".repeat(1 << 20));
        Files.write(folder.resolve("latin.txt"), "zebra caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(folder.resolve("zebra.json"), "zebra");
        Files.writeString(outside.resolve("out.md"), "zebra");
        Files.createSymbolicLink(folder.resolve("out.md"), outside.resolve("out.md"));
        Files.createSymbolicLink(folder.resolve("outdir"), outside);
        Files.createSymbolicLink(folder.resolve("broken.md"), folder.resolve("nowhere.md"));
        Files.createSymbolicLink(folder.resolve("circle"), folder);
        await(index.rescan());
        assertEquals(List.of(), await(index.search("zebra", 5)));
        assertEquals(Handbook.size(), index.documents());
    }

    @Test
    @DisplayName("reads a link to a file within the folder, as a Kubernetes volume has them")
    void linkWithin() throws Exception {
        Files.createDirectories(folder.resolve("..data"));
        Files.writeString(folder.resolve("..data/zoo.md"), "The zebra eats hay.");
        Files.createSymbolicLink(folder.resolve("zoo.md"), Path.of("..data/zoo.md"));
        await(index.rescan());
        assertEquals("zoo.md", await(index.search("zebra", 5)).get(0).source());
    }

    @Test
    @DisplayName("drops a document that cannot be read any more, and takes it back when it can")
    void comesAndGoes() throws Exception {
        Path flour = folder.resolve("suppliers/flour.md");
        Files.write(flour, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        await(index.rescan());
        assertEquals(Handbook.size() - 1, index.documents());
        Files.writeString(flour, Handbook.page("suppliers/flour.md"));
        await(index.rescan());
        assertEquals(Handbook.size(), index.documents());
    }

    @Test
    @DisplayName("survives a file that nests too deep to be read")
    void deep() throws Exception {
        Files.writeString(folder.resolve("deep.html"), "<div><b>".repeat(50_000) + "zebra");
        Files.writeString(folder.resolve("deep.md"), "[".repeat(50_000) + "\n\n" + "> ".repeat(5_000) + "quagga");
        Files.writeString(folder.resolve("fine.md"), "The zebra is fine.");
        await(index.rescan());
        assertTrue(await(index.search("zebra", 5)).stream()
                .anyMatch(passage -> passage.source().equals("fine.md")));
    }

    @Test
    @DisplayName("goes on with what it knows when the folder vanishes")
    void vanishes() throws Exception {
        Path moved = folder.resolveSibling(folder.getFileName() + "-moved");
        Files.move(folder, moved);
        await(index.rescan());
        assertEquals(
                "suppliers/flour.md", await(index.search("flour", 1)).get(0).source());
        Files.move(moved, folder);
    }

    @Test
    @DisplayName("an empty folder is a valid one without documents")
    void empty(@TempDir Path nothing) throws Exception {
        DocumentIndex none = await(DocumentIndex.open(vertx, nothing, NEVER));
        assertEquals(0, none.documents());
        assertEquals(List.of(), await(none.search("flour", 5)));
        await(none.close());
    }

    @Test
    @DisplayName("a folder that is missing or a file fails with a sentence that names it")
    void noFolder() throws IOException {
        Path missing = folder.resolve("missing");
        assertEquals(
                "The documents folder " + missing + " does not exist.", failure(DocumentIndex.open(vertx, missing)));
        Path file = folder.resolve("mixer.md");
        assertEquals("The documents folder " + file + " is not a folder.", failure(DocumentIndex.open(vertx, file)));
    }

    @Test
    @DisplayName("closed, it refuses searches and closes again without harm")
    void closed() throws Exception {
        await(index.close());
        assertEquals("The documents are closed.", failure(index.search("flour", 1)));
        assertEquals("The documents are closed.", failure(index.rescan()));
        assertEquals(1, index.of("flour"));
        await(index.close());
    }

    @Test
    @DisplayName("a rare word tells more than a common one, and an unknown one most")
    void rarity() {
        assertTrue(index.of("starter") > index.of("bread"));
        assertTrue(index.of("xylophon") > index.of("starter"));
        assertTrue(index.of("the") > 0);
    }

    @ParameterizedTest
    @DisplayName("takes any question for the words in it")
    @CsvSource(delimiter = '|', textBlock = """
                    text:[* TO *] AND flour^99 || -mixer
                    flour~2 "mill
                    *?(){}[]^"~:\\/ flour !!
                    Mehl, 小麦粉, мука, طحين, flour
                    flour' OR 1=1 --
                    """)
    void hostile(String question) throws Exception {
        assertTrue(await(index.search(question, 5)).stream()
                .anyMatch(passage -> passage.source().equals("suppliers/flour.md")));
    }

    @Test
    @DisplayName("takes a question of ten thousand characters, control characters and torn surrogates")
    void huge() throws Exception {
        assertFalse(await(index.search("flour ".repeat(2_000), 5)).isEmpty());
        assertEquals(List.of(), await(index.search("a".repeat(10_000), 5)));
        assertEquals(List.of(), await(index.search("\u0000\u0007\ud83d \udc00🙂", 5)));
        assertEquals(List.of(), await(index.search("", 5)));
    }

    private static String failure(Future<?> future) {
        Exception e = assertThrows(Exception.class, () -> await(future));
        Throwable cause = e.getCause() == null || e instanceof IOException ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }
}

package dev.millrace.agent.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Prose;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Cutting documents into passages")
class PassagesTest {

    @Test
    @DisplayName("a Markdown passage knows its title, its headings and its first line")
    void place() {
        Passage feeding = Handbook.passages("sourdough.md").get(1);
        assertEquals("Sourdough", feeding.title());
        assertEquals("Sourdough › Feeding the starter", feeding.heading());
        assertEquals(7, feeding.line());
        assertEquals("Sourdough › Feeding the starter", feeding.place());
        assertEquals("sourdough.md#L7", feeding.address());
    }

    @Test
    @DisplayName("a table reads row by row, and a bold lead is a heading and stays text")
    void table() {
        List<Passage> ovens = Handbook.passages("ovens.md");
        assertEquals("Ovens › Preheating", ovens.get(0).heading());
        assertEquals("""
                Preheating. Preheat the deck oven to 250 °C for 45 minutes before the first bake.

                - model Deck 4 — maximum temperature: 300 °C; loaves: 24
                - model Rack 9 — maximum temperature: 280 °C; loaves: 90""", ovens.get(0).text());
        assertEquals("""
                1. Switch the oven off and let it cool down.
                2. Brush the crumbs out of the chamber.
                3. Wipe the door with vinegar.""", ovens.get(1).text());
    }

    @Test
    @DisplayName("a row says what its first cell is, unless that says it itself or the column has no name")
    void firstColumn() {
        assertEquals(
                "- error code busy: try again\n- Error codes of tomorrow: none",
                read("| error code | |\n|---|---|\n| busy | try again |\n| Error codes of tomorrow | none |\n"));
        assertEquals("- busy: try again", read("| | meaning |\n|---|---|\n| busy | try again |\n"));
    }

    @Test
    @DisplayName("code keeps its text behind four blanks, inline code its words")
    void code() {
        String mixer = Handbook.passages("mixer.md").get(0).text();
        assertTrue(mixer.contains("run:\n\n    mixer start --speed 1\n\nNever"), mixer);
        assertTrue(mixer.contains("see guard.cfg for the delay"), mixer);
    }

    @Test
    @DisplayName("front matter is no text, and lines are counted through it")
    void frontMatter() {
        Passage croissants = Handbook.passages("croissants.md").get(0);
        assertEquals(6, croissants.line());
        assertTrue(croissants.text().startsWith("Croissants are laminated"), croissants.text());
    }

    @Test
    @DisplayName("HTML reads as a browser shows its main part")
    void html() {
        List<Passage> till = Handbook.passages("till.html");
        assertEquals(
                "Open the till with your staff card. Count the float before the shop opens.",
                till.get(0).text());
        assertEquals("""
                To refund a customer, press Refund, scan the receipt & choose the item.

                - Refunds over 50 euros need a manager.
                - Gift cards
                - are never refunded.
                - key F1: opens the drawer

                    refund --receipt 42
                      --all""", till.get(1).text());
        assertEquals("The till › Refunds", till.get(1).place());
        assertEquals("till.html", till.get(1).address());
    }

    @Test
    @DisplayName("plain text has paragraphs, items, underlined headings and indented code")
    void text() {
        Passage allergens = Handbook.passages("allergens.txt").get(0);
        assertEquals("ALLERGENS", allergens.title());
        assertEquals(4, allergens.line());
        assertEquals("""
                Rye bread contains gluten. Nut loaves are baked on Thursdays only, and the mixer is washed twice afterwards.

                - Label every loaf that contains nuts.
                - Never store nuts above open flour.

                    label --print nuts""", allergens.text());
    }

    @Test
    @DisplayName("links, images, emphasis, entities and tags leave only what is read")
    void markup() {
        assertEquals(
                "See the guide, a *real* one: a picture of bread & more. Two lines.",
                read(
                        "See [the **guide**](http://x/y), a \\*real\\* one: ![a picture](p.png) <i>of</i> _bread_ &amp; more[^1]. Two<br>lines.\n"));
    }

    @Test
    @DisplayName("a bold lead is the heading of its paragraph and list, not of the next paragraph")
    void lead() {
        List<Passage> passages = cut(
                Format.MARKDOWN, "# Top\n\n**One.** First.\n\n- item\n\nSecond.\n\nThird begins\n**Two:** fourth.\n");
        assertEquals(
                List.of("Top › One@3", "Top@7", "Top › Two@10"),
                passages.stream()
                        .map(each -> each.heading() + "@" + each.line())
                        .toList());
        assertEquals("One. First.\n\n- item", passages.get(0).text());
    }

    @Test
    @DisplayName("a title is the first heading, else the file's name")
    void titles() {
        assertEquals("plain.txt", Format.TEXT.read("plain.txt", "Hello.").title());
        assertEquals(
                "Two",
                Format.MARKDOWN.read("x.md", "Before.\n\n## Two\n\nAfter.").title());
        assertEquals(
                "Page",
                Format.HTML.read("x.html", "<title>Page</title><p>Text.").title());
    }

    @Test
    @DisplayName("long text is cut at sentence ends into passages of at most 200 words")
    void longText() {
        String sentence = "The miller counts one hundred and twelve sacks of flour before the sun is up. ";
        List<Passage> passages = cut(Format.TEXT, sentence.repeat(100));
        assertTrue(passages.size() >= 7, "passages: " + passages.size());
        for (Passage passage : passages) {
            assertTrue(Prose.words(passage.text()) <= 200);
            assertTrue(passage.text().startsWith("The miller") && passage.text().endsWith("up."), passage.text());
        }
    }

    @Test
    @DisplayName("text without blanks is cut too, and no character is torn")
    void noBlanks() {
        for (Passage passage : cut(Format.TEXT, "面🙂".repeat(5_000))) {
            assertTrue(passage.text().length() <= 2_000);
            assertEquals(-1, passage.text().indexOf('\ufffd'));
            assertTrue(!Character.isLowSurrogate(passage.text().charAt(0)));
        }
    }

    @Test
    @DisplayName("no bytes that decode break a reader, and no passage is blank")
    void noise() {
        long seed = new Random().nextLong();
        System.out.println("PassagesTest.noise seed " + seed);
        Random random = new Random(seed);
        String alphabet = "#*_-`|>[]()!<p>&;:.\n\n    \t1a é🙂=~\\\"";
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(400); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (Format format : Format.values()) {
                for (Passage passage : cut(format, Prose.fromFile(text.toString()))) {
                    assertTrue(!passage.text().isBlank(), () -> "seed " + seed);
                }
            }
        }
    }

    private static List<Passage> cut(Format format, String text) {
        return Passages.cut("x", format.read("x", text));
    }

    private static String read(String markdown) {
        return cut(Format.MARKDOWN, markdown).get(0).text();
    }
}

package dev.millrace.speech.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grammar of the user's own is proved when it is read, and what is wrong with it is said. */
class GrammarFileTest {

    private static final String HEAD = "#JSGF V1.0;\ngrammar mine;\n";

    @TempDir
    Path folder;

    @Test
    void aGrammarWithRulesOptionsAndTagsIsRead() throws Exception {
        Grammar grammar = GrammarFile.read(file(HEAD
                + "public <order> = [please] (turn | switch) <state> {switch} the <thing>+;\n"
                + "<state> = on | off;\n<thing> = light | \"coffee machine\";"));
        assertTrue(grammar.about().contains("mine.jsgf"), grammar::about);
        assertEquals("user", grammar.name());
    }

    @Test
    void wordsThatTheDictionaryDoesNotHaveAreNamed() throws Exception {
        assertEquals(
                "has words that the dictionary does not have: 8080, London, millrace; it has English words in lower case,"
                        + " and numbers only as words",
                refusal(HEAD + "public <a> = weather in London | millrace | port 8080;"));
    }

    @Test
    void ofManyUnknownWordsTheFirstAreNamedAndTheRestCounted() throws Exception {
        StringBuilder rule = new StringBuilder(HEAD + "public <a> = yes");
        for (int i = 10; i < 25; i++) {
            rule.append(" | xq").append(i);
        }
        assertTrue(refusal(rule + ";").contains("xq18, xq19 and 5 more;"));
    }

    @Test
    void whatIsNoJsgfIsRefusedWithItsLine() throws Exception {
        assertTrue(refusal(HEAD + "public <a> = yes | ;;").startsWith("is no JSGF at line 3: "));
        assertTrue(refusal("hello").startsWith("is no JSGF"));
        assertTrue(refusal("").startsWith("is no JSGF"));
        assertTrue(refusal(HEAD + "public <a> = \u0001;").startsWith("is no JSGF"));
    }

    @Test
    void aGrammarThatLeansOnAnotherFileIsRefused() throws Exception {
        assertEquals(
                "imports other grammars; put all rules into one file",
                refusal(HEAD + "import <other.rule>;\npublic <a> = yes;"));
    }

    @Test
    void aRuleThatIsNotThereIsNamed() throws Exception {
        assertEquals("uses the rule <colour>, which it does not have", refusal(HEAD + "public <a> = <colour> light;"));
    }

    @Test
    void aGrammarOfWhichNothingCanBeSaidIsRefused() throws Exception {
        assertTrue(refusal(HEAD + "<a> = yes;").startsWith("has no public rule"));
    }

    @Test
    void aFileThatIsNotThereOrIsNoTextOrIsHugeIsRefused() throws Exception {
        Path missing = folder.resolve("missing.jsgf");
        assertTrue(refusal(missing).startsWith("cannot be read as UTF-8 text: "));
        Path binary = Files.write(folder.resolve("binary.jsgf"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertTrue(refusal(binary).startsWith("cannot be read as UTF-8 text: "));
        Path huge = Files.write(folder.resolve("huge.jsgf"), new byte[(1 << 20) + 1]);
        assertEquals("has more than 1048576 bytes", refusal(huge));
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("mine.jsgf"), text);
    }

    private String refusal(String text) throws Exception {
        return refusal(file(text));
    }

    private static String refusal(Path file) {
        String sentence = String.valueOf(assertThrows(IllegalArgumentException.class, () -> GrammarFile.read(file))
                .getMessage());
        String name = "--grammar " + file + " ";
        assertTrue(sentence.startsWith(name), sentence);
        return sentence.substring(name.length());
    }
}

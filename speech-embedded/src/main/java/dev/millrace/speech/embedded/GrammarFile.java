package dev.millrace.speech.embedded;

import edu.cmu.sphinx.jsgf.JSGFGrammarParseException;
import edu.cmu.sphinx.jsgf.JSGFRuleGrammar;
import edu.cmu.sphinx.jsgf.JSGFRuleGrammarFactory;
import edu.cmu.sphinx.jsgf.JSGFRuleGrammarManager;
import edu.cmu.sphinx.jsgf.parser.JSGFParser;
import edu.cmu.sphinx.jsgf.rule.JSGFRule;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleAlternatives;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleCount;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleName;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleSequence;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleTag;
import edu.cmu.sphinx.jsgf.rule.JSGFRuleToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads grammars of the user's own. */
final class GrammarFile {

    /** Longest file that is read as a grammar: what is longer was named by mistake. */
    private static final long MAX_BYTES = 1 << 20;

    private static final int WORDS_TOLD = 10;

    private GrammarFile() {}

    /**
     * Reads and proves a grammar of the user's own, and lays it where sphinx4 can find it: sphinx4 insists on the ending
     * {@code .gram}. Blocks.
     *
     * @throws IllegalArgumentException with a sentence, if it cannot be used
     */
    static Grammar read(Path file) {
        String text = text(file);
        JSGFRuleGrammar parsed = parse(file, text);
        Set<String> words = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        for (String rule : parsed.getRuleNames()) {
            collect(parsed.getRule(rule), words, used);
        }
        if (!parsed.getImports().isEmpty()) {
            throw misfit(file, "imports other grammars; put all rules into one file");
        }
        Set<String> missing = new TreeSet<>(used);
        missing.removeAll(parsed.getRuleNames());
        missing.removeAll(Set.of("NULL", "VOID"));
        if (!missing.isEmpty()) {
            throw misfit(file, "uses the rule <" + missing.iterator().next() + ">, which it does not have");
        }
        if (parsed.getRuleNames().stream().noneMatch(parsed::isRulePublic) || words.isEmpty()) {
            throw misfit(file, "has no public rule with words in it, such as: public <phrase> = yes | no;");
        }
        requireKnown(file, words);
        try {
            Path folder = Files.createTempDirectory("millrace-grammar");
            Path copy = Files.writeString(folder.resolve("user.gram"), text);
            folder.toFile().deleteOnExit();
            copy.toFile().deleteOnExit(); // files go in the reverse order, so the folder is empty when it goes
            return new Grammar(folder.toUri().toString(), "user", "the phrases of " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw misfit(file, "has more than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw misfit(file, "cannot be read as UTF-8 text: " + e);
        }
    }

    private static JSGFRuleGrammar parse(Path file, String text) {
        synchronized (SphinxDecoder.PARSER) {
            try {
                return JSGFParser.newGrammarFromJSGF(
                        new StringReader(text), new JSGFRuleGrammarFactory(new JSGFRuleGrammarManager()));
            } catch (JSGFGrammarParseException e) {
                throw misfit(file, "is no JSGF at line " + e.lineNumber + ": " + e.message);
            } catch (RuntimeException | Error e) { // the parser throws an Error for a character it does not know
                throw misfit(file, "is no JSGF: " + e.getMessage());
            }
        }
    }

    private static void collect(JSGFRule rule, Set<String> words, Set<String> rules) {
        if (rule instanceof JSGFRuleToken token) {
            words.addAll(List.of(token.getText().trim().split("\\s+")));
        } else if (rule instanceof JSGFRuleSequence sequence) {
            sequence.getRules().forEach(part -> collect(part, words, rules));
        } else if (rule instanceof JSGFRuleAlternatives alternatives) {
            alternatives.getRules().forEach(part -> collect(part, words, rules));
        } else if (rule instanceof JSGFRuleCount count) {
            collect(count.getRule(), words, rules);
        } else if (rule instanceof JSGFRuleTag tag) {
            collect(tag.getRule(), words, rules);
        } else if (rule instanceof JSGFRuleName name) {
            rules.add(name.getSimpleRuleName());
        }
    }

    /** A word that the dictionary does not have makes sphinx4 fail with a null, much later. */
    private static void requireKnown(Path file, Set<String> words) {
        Set<String> unknown = new TreeSet<>(words);
        InputStream dictionary =
                GrammarFile.class.getResourceAsStream(SphinxDecoder.DICTIONARY.substring("resource:".length()));
        if (dictionary == null) {
            throw new IllegalStateException("sphinx4-data is not on the class path");
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(dictionary, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                unknown.remove(line.substring(0, Math.max(0, line.indexOf(' '))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!unknown.isEmpty()) {
            throw misfit(
                    file,
                    "has words that the dictionary does not have: "
                            + unknown.stream().limit(WORDS_TOLD).collect(Collectors.joining(", "))
                            + (unknown.size() > WORDS_TOLD ? " and " + (unknown.size() - WORDS_TOLD) + " more" : "")
                            + "; it has English words in lower case, and numbers only as words");
        }
    }

    private static IllegalArgumentException misfit(Path file, String why) {
        return new IllegalArgumentException("--grammar " + file + " " + why);
    }
}

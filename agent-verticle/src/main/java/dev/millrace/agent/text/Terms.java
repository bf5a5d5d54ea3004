package dev.millrace.agent.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * The words of a text as they are compared: lower case, without accents, English endings off, {@code last_event_id} and
 * {@code useChat} both whole and in parts. Documents and questions go through the same mill, never through a query parser,
 * so nothing in a question has a meaning beyond its words.
 */
public final class Terms {

    /** A question of more words than this is asked with its first ones. */
    private static final int MOST = 64;

    /** What a question may be made of without saying what it is about. */
    private static final Set<String> SAY_NOTHING = surface("""
            a about above after again all also am an and another any anyone anything are around as at be because been before being
            between both but by can cannot could did do does doing done during each either else ever every everything few
            for from further get give gives go goes had has have having he hello help her here hers hey hi him his how i if in instead into
            is it its just know let like list long lot many may me mean means might mine more most much must my need no nor not now of off
            often ok okay on once one only or other our ours out over own please really same say see shall she should show so some someone
            something still such sure tell than thank thanks that the their them then there these they thing things this those through
            to too under until up upon us use very want was way we well were what whatever when where whether which while who whom whose
            why will with without would yes yet you your yours explain describe happen happens happening happened
            don doesn didn isn aren wasn weren won wouldn couldn shouldn ll ve re d s t m
            """);

    /** Words that say a little: a document can answer without them. */
    private static final Set<String> SAY_LITTLE = surface("""
            able allow allows best better possible make makes made work works working used using uses create creating handle
            handled handles support supported supports configure configured set setup enable enabled change changing start
            find look try add send sends sent sending kind type types different difference example default exactly correct right good new possible
            detail details information guide documentation docs document documents
            """);

    private static final double LITTLE = 0.3;

    private static final Analyzer ANALYZER = new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            StandardTokenizer words = new StandardTokenizer();
            int parts = WordDelimiterGraphFilter.GENERATE_WORD_PARTS
                    | WordDelimiterGraphFilter.PRESERVE_ORIGINAL
                    | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;
            TokenStream terms = new FlattenGraphFilter(new WordDelimiterGraphFilter(words, parts, null));
            terms = new LowerCaseFilter(new EnglishPossessiveFilter(terms));
            terms = new StopFilter(new ASCIIFoldingFilter(terms), EnglishAnalyzer.getDefaultStopSet());
            return new TokenStreamComponents(words, new PorterStemFilter(terms));
        }
    };

    private static final Set<String> SAY_NOTHING_STEMS = stems(SAY_NOTHING);
    private static final Set<String> SAY_LITTLE_STEMS = stems(SAY_LITTLE);

    private Terms() {}

    public static Analyzer analyzer() {
        return ANALYZER;
    }

    /** Each term once, in order of appearance. */
    public static Set<String> of(String text) {
        Set<String> terms = new LinkedHashSet<>();
        try (TokenStream stream = ANALYZER.tokenStream("", text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                terms.add(term.toString());
            }
            stream.end();
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException("reading a string", cannotHappen);
        }
        return terms;
    }

    /** What a question is about: its terms without those that only make it a question, at most 64. */
    public static List<String> informative(String question) {
        List<String> terms = new ArrayList<>(of(question));
        terms.removeAll(SAY_NOTHING_STEMS);
        return List.copyOf(terms.subList(0, Math.min(MOST, terms.size())));
    }

    /** How much a term counts besides its rarity: 1, or less for a word like "configure" or "support". */
    public static double weight(String term) {
        return SAY_LITTLE_STEMS.contains(term) ? LITTLE : 1;
    }

    private static Set<String> surface(String words) {
        return Set.copyOf(new LinkedHashSet<>(List.of(words.strip().split("\\s+"))));
    }

    private static Set<String> stems(Set<String> words) {
        return of(String.join(" ", words));
    }
}

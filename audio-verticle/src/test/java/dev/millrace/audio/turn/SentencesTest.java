package dev.millrace.audio.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.turn.Sentences.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SentencesTest {

    private static final String ANSWER = "The lead is 0.2 s, e.g. for Redis 7.0.5 [1]. **It** is set with `--lead`.\n\n"
            + "See [the docs](https://example.com/a.b?c=d) or https://example.com/x.\n"
            + "```java\nint a = 1. And b. More.\n```\n- First point\n- Second point! Is it? Yes";

    private static final List<String> WORDS = List.of(
            "The lead is 0.2 s, e.g. for Redis 7.0.5.",
            "It is set with --lead.",
            "See the docs or",
            "First point",
            "Second point!",
            "Is it?",
            "Yes");

    @Test
    void a_sentence_is_given_when_the_next_has_begun() {
        Sentences sentences = new Sentences();
        assertEquals(List.of(), sentences.take("The mill turns."));
        assertEquals(List.of(new Piece("The mill turns.", "The mill turns.")), sentences.take(" The river"));
        assertEquals(List.of(new Piece(" The river", "The river")), sentences.end());
    }

    @Test
    void abbreviations_numbers_and_marks_are_no_ends_and_code_and_addresses_are_not_said() {
        Sentences sentences = new Sentences();
        List<Piece> pieces = new ArrayList<>(sentences.take(ANSWER));
        pieces.addAll(sentences.end());
        assertEquals(WORDS, words(pieces));
    }

    @Test
    void however_it_is_cut_into_tokens_the_pieces_are_the_answer_and_say_the_same() {
        long seed = 42;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Sentences sentences = new Sentences();
            List<Piece> pieces = new ArrayList<>();
            for (int at = 0; at < ANSWER.length(); ) {
                int end = Math.min(ANSWER.length(), at + 1 + random.nextInt(9));
                pieces.addAll(sentences.take(ANSWER.substring(at, end)));
                at = end;
            }
            pieces.addAll(sentences.end());
            assertEquals(ANSWER, pieces.stream().map(Piece::text).collect(Collectors.joining()), "round " + round);
            assertEquals(WORDS, words(pieces), "round " + round + ", seed " + seed);
        }
    }

    @Test
    void a_sentence_without_end_is_cut_between_words() {
        Sentences sentences = new Sentences();
        List<Piece> pieces = sentences.take("word ".repeat(200));
        assertEquals(3, pieces.size());
        assertTrue(pieces.stream()
                .allMatch(piece -> piece.text().length() <= 301 && piece.text().endsWith("word ")));
    }

    private static List<String> words(List<Piece> pieces) {
        return pieces.stream()
                .map(Piece::words)
                .filter(words -> !words.isEmpty())
                .toList();
    }

    @Test
    void an_engines_place_in_the_words_is_a_place_in_what_was_written() {
        String written = " * See [the **mill** race](https://a.b/c) [1] at https://mill.example/x now.";
        Piece piece = Piece.of(written);
        assertEquals("See the mill race at now.", piece.words());
        for (String word : List.of("See", "the", "mill", "race", "at", "now")) {
            int place = piece.said().written(piece.words().indexOf(word));
            assertEquals(word, written.substring(place, place + word.length()));
        }
        assertEquals(written.length(), piece.said().written(piece.words().length()));
    }
}

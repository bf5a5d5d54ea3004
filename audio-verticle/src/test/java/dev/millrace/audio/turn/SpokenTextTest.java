package dev.millrace.audio.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.audio.turn.SpokenText.Split;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpokenTextTest {

    private final SpokenText text = new SpokenText();

    @BeforeEach
    void two_sentences_of_a_second_each() {
        text.add("The mill turns. ");
        text.mark(1000, text.length(), false);
        text.add("The river runs.");
        text.mark(2000, text.length(), false);
    }

    @Test
    void at_a_mark_the_text_parts_there() {
        assertEquals(new Split("The mill turns. ", "The river runs.", true), text.at(1000));
    }

    @Test
    void between_marks_it_parts_before_the_word_that_was_being_said() {
        assertEquals(new Split("The mill turns. The ", "river runs.", false), text.at(1500));
    }

    @Test
    void nothing_and_everything_are_splits_too() {
        assertEquals(new Split("", "The mill turns. The river runs.", true), text.at(0));
        assertEquals(new Split("The mill turns. The river runs.", "", true), text.at(2000));
        assertEquals(new Split("The mill turns. The river runs.", "", true), text.at(99_000));
    }

    @Test
    void text_behind_the_last_mark_was_not_heard() {
        text.add(" Nobody heard this.");
        assertEquals(" Nobody heard this.", text.at(99_000).unspoken());
    }

    @Test
    void a_mark_that_goes_back_is_not_believed() {
        assertFalse(text.mark(1500, text.length(), false));
        assertFalse(text.mark(3000, 3, false));
        assertFalse(text.mark(3000, 1000, false));
    }

    @Test
    void both_parts_are_always_the_whole_text() {
        for (int ms = 0; ms < 2500; ms += 7) {
            Split split = text.at(ms);
            assertEquals(text.text(), split.spoken() + split.unspoken(), ms + " ms");
        }
    }

    @Test
    void where_the_engine_marks_words_no_proportion_is_guessed() {
        SpokenText marked = new SpokenText();
        marked.add("One enormously long word.");
        marked.mark(40, 0, true);
        marked.mark(200, 4, true);
        marked.mark(900, 15, true);
        marked.mark(1000, 20, true);
        marked.mark(1300, marked.length(), false);
        assertEquals(new Split("One ", "enormously long word.", true), marked.at(890));
        assertEquals(new Split("One enormously ", "long word.", true), marked.at(900));
        assertEquals(new Split("One enormously long ", "word.", true), marked.at(1299));
        assertEquals(new Split("One enormously long word.", "", true), marked.at(1300));
    }

    @Test
    void a_speech_that_goes_on_knows_what_was_spoken_before() {
        SpokenText later = new SpokenText("The mill turns. ", 1000);
        later.add("The river runs.");
        later.mark(2000, later.length(), false);
        assertEquals("The mill turns. ", later.at(0).spoken());
        assertEquals("The mill turns. The ", later.at(1500).spoken());
    }
}

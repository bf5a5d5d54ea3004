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
        text.mark(1000, text.length());
        text.add("The river runs.");
        text.mark(2000, text.length());
    }

    @Test
    void at_a_mark_the_text_parts_there() {
        assertEquals(new Split("The mill turns. ", "The river runs."), text.at(1000));
    }

    @Test
    void between_marks_it_parts_before_the_word_that_was_being_said() {
        assertEquals(new Split("The mill turns. The ", "river runs."), text.at(1500));
    }

    @Test
    void nothing_and_everything_are_splits_too() {
        assertEquals(new Split("", "The mill turns. The river runs."), text.at(0));
        assertEquals(new Split("The mill turns. The river runs.", ""), text.at(2000));
        assertEquals(new Split("The mill turns. The river runs.", ""), text.at(99_000));
    }

    @Test
    void text_behind_the_last_mark_was_not_heard() {
        text.add(" Nobody heard this.");
        assertEquals(" Nobody heard this.", text.at(99_000).unspoken());
    }

    @Test
    void a_mark_that_goes_back_is_not_believed() {
        assertFalse(text.mark(1500, text.length()));
        assertFalse(text.mark(3000, 3));
        assertFalse(text.mark(3000, 1000));
    }

    @Test
    void both_parts_are_always_the_whole_text() {
        for (int ms = 0; ms < 2500; ms += 7) {
            Split split = text.at(ms);
            assertEquals(text.text(), split.spoken() + split.unspoken(), ms + " ms");
        }
    }
}

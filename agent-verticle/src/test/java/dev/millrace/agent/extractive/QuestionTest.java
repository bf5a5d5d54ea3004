package dev.millrace.agent.extractive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A question")
class QuestionTest {

    @ParameterizedTest
    @DisplayName("that cannot stand alone is searched with the one before")
    @CsvSource(delimiter = '|', textBlock = """
                    How do I feed the starter? | and how long?       | How do I feed the starter? and how long?
                    How do I feed the starter? | Why?                | How do I feed the starter? Why?
                    How do I feed the starter? | what about rye?     | How do I feed the starter? what about rye?
                    How do I feed the starter? | does it need salt?  | How do I feed the starter? does it need salt?
                    How do I feed the starter? | What is a croissant? | What is a croissant?
                    How do I feed the starter? | Where do we buy wheat flour? | Where do we buy wheat flour?
                    """)
    void followUps(String before, String now, String searched) {
        assertEquals(searched, Question.searchText(turns(before, now)));
    }

    @Test
    @DisplayName("goes back as many turns as it needs, and over what the assistant said")
    void farBack() {
        List<Turn> turns = turns("How do I feed the starter?", "why?", "really?");
        turns.add(1, new Turn(Role.ASSISTANT, "With water and flour."));
        assertEquals("How do I feed the starter? really?", Question.searchText(turns));
    }

    @Test
    @DisplayName("of only common words is about nothing")
    void nothing() {
        assertEquals(
                List.of(), Question.of(turns("What is it that you do, please?")).terms());
        assertEquals("", Question.searchText(List.of()));
    }

    @Test
    @DisplayName("at the end of a long story is what is asked")
    void story() {
        String story =
                "I have been baking for thirty years and my grandmother did before me in a village by the sea, where nobody"
                        + " ever had an oven of their own and all the bread went to the square on Saturdays. How do I feed the starter?";
        assertEquals("How do I feed the starter?", Question.searchText(turns(story)));
    }

    private static List<Turn> turns(String... asked) {
        List<Turn> turns = new ArrayList<>();
        for (String text : asked) {
            turns.add(new Turn(Role.USER, text));
        }
        return turns;
    }
}

package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.model.Passage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What an answer is taken from")
class SourcesTest {

    private static final Passage RYE = new Passage("rye.md", "Rye", "", 3, "Rye keeps.", 1);
    private static final Passage OAT = new Passage("oat.md", "Oats", "", 5, "Oats do not.", 1);

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            Rye keeps [1].                    | 1 Rye keeps
            Yes. Rye keeps.[1] Oats do not [2]. | 1 Rye keeps., 2 Oats do not
            Both are grain [1][2].            | 1 Both are grain, 2 Both are grain
            Both are grain [1, 2].            | 1 Both are grain, 2 Both are grain
            It costs 3.50 each [2] and keeps [1]. | 2 It costs 3.50 each, 1 and keeps
            See [3] and [0] and [x].          | ~~
            [1] begins.                       | ~~
            """)
    void marks(String answer, String citations) {
        for (int size = 1; size <= answer.length(); size++) {
            Sources sources = new Sources();
            sources.number(List.of(RYE, OAT));
            sources.number(List.of(RYE));
            List<String> cited = new ArrayList<>();
            for (int from = 0; from < answer.length(); from += size) {
                sources.read(answer.substring(from, Math.min(answer.length(), from + size)))
                        .forEach(each -> cited.add(each.n() + " " + answer.substring(each.start(), each.end())));
            }
            assertEquals(citations, String.join(", ", cited), "in pieces of " + size);
        }
    }
}

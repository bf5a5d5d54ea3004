package dev.millrace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Sentences end")
class SentenceBreaksTest {

    /** A bar stands where a sentence ends. */
    @ParameterizedTest
    @DisplayName("where a reader says they end")
    @ValueSource(
            strings = {
                "One.|Two!|Three?|Four",
                "Use a store, e.g. Redis, i.e. The one you have.|Then go on.",
                "See resume.md for version 1.2.3 of it.|Node.js is fine.",
                "It said “stop.”|He went on (and on. And on) until noon.|Done.",
                "Dr. Miller and J. Smith wrote vol. 3 and no. 4.|The rest is lost.",
                "Wait 5.5 s.|Then 10.0.0.1 answers...|Good.",
                "第一句。|第二句！|Third.",
                "No end",
                "An open bracket (never closes.|Next.",
                "Call stop().|It stops.",
            })
    void whereTheyEnd(String marked) {
        List<String> expected = List.of(marked.split("\\|"));
        String text = marked.replaceAll("(?<=[。！])\\|", "").replace('|', ' ');
        assertEquals(expected, SentenceBreaks.split(text));
    }
}

package dev.millrace.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

    private static Entry entry(String type, String subject) {
        return new Entry(
                new EventId(1, 1),
                type,
                new JsonObject().put("subject", subject).toBuffer());
    }

    private static List<String> list(String text) {
        return text == null ? List.of() : List.of(text.split(" "));
    }

    @ParameterizedTest(name = "types {0}, subjects {1}: {2} about {3} passes: {4}")
    @CsvSource(delimiter = '|', textBlock = """
                        |                | a.b.c | order/7   | true
                        |                | a.b.c |           | true
            a.*         |                | a.b.c | order/7   | false
            a.**        |                | a.b.c | order/7   | true
            x.** a.b.*  |                | a.b.c | order/7   | true
            x.** y.**   |                | a.b.c | order/7   | false
                        | order/*        | a.b.c | order/7   | true
                        | order/*        | a.b.c | order/7/1 | false
                        | order/**       | a.b.c | order/7/1 | true
                        | order.*        | a.b.c | order.7   | true
                        | **             | a.b.c |           | false
            a.**        | order/*        | a.b.c | order/7   | true
            a.**        | user/*         | a.b.c | order/7   | false
            x.**        | order/*        | a.b.c | order/7   | false
            a.**        | user/* order/* | a.b.c | order/7   | true
            """)
    void an_event_passes_with_one_of_each_sort(
            String types, String subjects, String type, String subject, boolean passes) {
        assertEquals(passes, Filter.of(list(types), list(subjects)).test(entry(type, subject)));
    }

    @Test
    void there_are_so_many_patterns_of_such_a_length_and_no_more() {
        Filter.of(Collections.nCopies(16, "a"), Collections.nCopies(16, "a".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> Filter.of(Collections.nCopies(17, "a"), List.of()));
        assertThrows(IllegalArgumentException.class, () -> Filter.of(List.of(), Collections.nCopies(17, "a")));
        assertThrows(IllegalArgumentException.class, () -> Filter.of(List.of("a".repeat(257)), List.of()));
        assertThrows(IllegalArgumentException.class, () -> Filter.of(List.of(), List.of("")));
    }

    @Test
    void filters_that_say_the_same_have_one_form_and_others_another() {
        String one = Filter.of(List.of("a", "b"), List.of("c")).canonical();
        assertEquals(one, Filter.of(List.of("b", "a", "a"), List.of("c")).canonical());
        assertNotEquals(one, Filter.of(List.of("a"), List.of("b", "c")).canonical());
        assertNotEquals(one, Filter.of(List.of("a\n1:b"), List.of("c")).canonical());
        assertNotEquals(one, Filter.ALL.canonical());
    }
}

package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.EventId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {

    private static final Start AFTER_7 = new Start.After(new EventId(7, 70));

    @Test
    void a_request_that_says_nothing_begins_nowhere_in_particular() {
        assertEquals(Optional.empty(), Start.of(null, null, null));
        assertEquals(Optional.empty(), Start.of("", null, null));
    }

    @Test
    void the_header_wins_over_the_query_and_the_query_over_from() {
        assertEquals(Optional.of(AFTER_7), Start.of("7-70", "8-80", "latest"));
        assertEquals(Optional.of(AFTER_7), Start.of(null, "7-70", "latest"));
        assertEquals(Optional.of(AFTER_7), Start.of("", "7-70", "latest"));
        assertEquals(Optional.of(new Start.Latest()), Start.of("", null, "latest"));
    }

    @Test
    void a_header_that_wins_hides_a_wrong_query() {
        assertEquals(Optional.of(AFTER_7), Start.of("7-70", "nonsense", "never"));
    }

    @Test
    void a_malformed_header_is_told_and_not_refused() {
        assertEquals(Optional.of(new Start.Malformed("7")), Start.of("7", "8-80", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "7-", "-7", "07-70", "7-70 ", "earliest", "9223372036854775808-0"})
    void a_malformed_query_is_refused_with_a_sentence(String query) {
        String said = assertThrows(IllegalArgumentException.class, () -> Start.of(null, query, null))
                .getMessage();
        assertEquals("last_event_id must be an event id like 42-1795165913943, not '" + query + "'", said);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1795165913943, 1795165913943",
        "9223372036854775807, 9223372036854775807",
        "1970-01-01T00:00:00Z, 0",
        "2026-11-20T10:11:53.943Z, 1795169513943",
        "2026-11-20T11:11:53.943+01:00, 1795169513943"
    })
    void a_time_is_milliseconds_or_rfc_3339(String from, long millis) {
        assertEquals(Optional.of(new Start.Since(millis)), Start.of(null, null, from));
    }

    @Test
    void the_two_ends_have_names() {
        assertEquals(Optional.of(new Start.Earliest()), Start.of(null, null, "earliest"));
        assertEquals(Optional.of(new Start.Latest()), Start.of(null, null, "latest"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Latest",
                "-1",
                "+1",
                "1.5",
                "9223372036854775808",
                "2026-11-20",
                "2026-11-20T10:11:53",
                "2026-13-20T10:11:53Z",
                "+1000000000-12-31T23:59:59Z",
                "\u0661"
            })
    void a_malformed_from_is_refused_with_a_sentence(String from) {
        String said = assertThrows(IllegalArgumentException.class, () -> Start.of(null, null, from))
                .getMessage();
        assertEquals(
                "from must be earliest, latest, milliseconds or a time like 2026-11-20T10:00:00Z, not '" + from + "'",
                said);
    }

    @Test
    void what_a_stranger_sent_comes_back_only_in_part() {
        String said = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Start.of(null, "x".repeat(9000), null))
                        .getMessage());
        assertTrue(said.endsWith("'" + "x".repeat(64) + "…'"));
        assertTrue(said.length() < 200);
    }
}

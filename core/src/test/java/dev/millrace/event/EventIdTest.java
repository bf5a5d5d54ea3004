package dev.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {

    private static final long MAX = Long.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "0-0, 0, 0",
        "0-5, 0, 5",
        "1-0, 1, 0",
        "42-1795165913943, 42, 1795165913943",
        "10-20, 10, 20",
        "9223372036854775807-9223372036854775807, 9223372036854775807, 9223372036854775807",
        "9223372036854775806-1, 9223372036854775806, 1"
    })
    void a_seq_a_dash_and_millis_are_an_id(String text, long seq, long millis) {
        assertEquals(Optional.of(new EventId(seq, millis)), EventId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "--",
                "1",
                "1-",
                "-1",
                "1--1",
                "1-2-3",
                "-1-1",
                "+1-1",
                "1-+1",
                " 1-1",
                "1-1 ",
                "1 -1",
                "1- 1",
                "01-1",
                "1-01",
                "00-0",
                "0-00",
                "a-1",
                "1-a",
                "0x1-1",
                "1e3-1",
                "1.0-1",
                "1_0-1",
                "1-1\n",
                "1-1\r\nid: 2-2",
                "1-1\u0000",
                "\u0661-1", // a digit, but not ours
                "1\u20131", // a dash, but not ours
                "9223372036854775808-0",
                "0-9223372036854775808",
                "9999999999999999999-0",
                "0-9999999999999999999",
                "10000000000000000000-0",
                "0-10000000000000000000",
                "0-18446744073709551617", // 2^64 + 1 must not come round to 1
                "00000000000000000000000000000000000000000000000000000000000000000001-1"
            })
    void whatever_is_not_the_one_way_to_write_an_id_is_none(String text) {
        assertEquals(Optional.empty(), EventId.parse(text));
    }

    @Test
    void a_very_long_text_is_refused_by_its_length() {
        assertEquals(Optional.empty(), EventId.parse("1-" + "1".repeat(1_000_000)));
        assertEquals(Optional.empty(), EventId.parse("1".repeat(1_000_000) + "-1"));
    }

    @Test
    void what_is_written_is_read_back_and_fits_in_a_header() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            EventId id = new EventId(someLong(random), someLong(random));
            String text = id.toString();
            assertEquals(Optional.of(id), EventId.parse(text), () -> "seed " + seed + ", " + text);
            assertTrue(text.length() <= 40 && text.matches("[0-9]+-[0-9]+"), () -> "seed " + seed + ", " + text);
        }
    }

    @Test
    void no_text_whatever_makes_it_throw_and_what_is_taken_is_written_the_same() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "0123456789-- +a.\u0000\n\u0663\uD83D";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(45); left > 0; left--) {
                text.append(
                        random.nextInt(50) == 0
                                ? (char) random.nextInt(Character.MAX_VALUE + 1)
                                : alphabet.charAt(random.nextInt(random.nextBoolean() ? 11 : alphabet.length())));
            }
            String asked = text.toString();
            EventId.parse(asked).ifPresent(id -> assertEquals(asked, id.toString(), () -> "seed " + seed));
        }
    }

    @Test
    void no_part_is_negative() {
        assertThrows(IllegalArgumentException.class, () -> new EventId(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new EventId(0, -1));
    }

    @Test
    void ids_stand_in_the_order_of_their_positions() {
        List<EventId> ordered = List.of(
                EventId.BEGINNING,
                new EventId(0, 1),
                new EventId(1, MAX),
                new EventId(2, 0),
                new EventId(9, 5),
                new EventId(10, 5),
                new EventId(MAX, 0),
                new EventId(MAX, MAX));
        long seed = System.nanoTime();
        List<EventId> shuffled = new java.util.ArrayList<>(ordered);
        java.util.Collections.shuffle(shuffled, new Random(seed));
        assertEquals(ordered, shuffled.stream().sorted().toList(), () -> "seed " + seed);
    }

    @Test
    void equal_in_order_is_equal() {
        List<EventId> ids = Stream.of(0L, 1L, MAX)
                .flatMap(seq -> Stream.of(0L, 1L, MAX).map(millis -> new EventId(seq, millis)))
                .toList();
        for (EventId one : ids) {
            for (EventId other : ids) {
                assertEquals(one.equals(other), one.compareTo(other) == 0);
                assertEquals(Integer.signum(one.compareTo(other)), -Integer.signum(other.compareTo(one)));
            }
        }
    }

    private static long someLong(Random random) {
        return (random.nextLong() & MAX) >>> random.nextInt(63);
    }
}

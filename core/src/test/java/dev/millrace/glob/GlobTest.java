package dev.millrace.glob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest(name = "''{0}'' on ''{1}'' is {2}")
    @CsvSource(textBlock = """
            com.example.order.placed.v1, com.example.order.placed.v1, true
            com.example.order.placed.v1, com.example.order.placed.v2, false
            com.example.order,           com.example.order.placed,    false
            com.example.*,               com.example.order,           true
            com.example.*,               com.example.order.placed,    false
            com.example.*,               com.example.,                true
            com.example.*,               com.example,                 false
            com.example.**,              com.example.order.placed,    true
            com.example.**,              com.example,                 false
            com.*.placed,                com.order.placed,            true
            com.*.placed,                com.a.b.placed,              false
            com.**.placed,               com.a.b.placed,              true
            **.v1,                       com.example.order.v1,        true
            **.v1,                       com.example.order.v2,        false
            *,                           order,                       true
            *,                           order.placed,                false
            **,                          order.placed,                true
            ***,                         order.placed,                true
            com.ord*,                    com.order,                   true
            com.*er,                     com.order,                   true
            com.o*e*,                    com.order,                   true
            com.o*x*,                    com.order,                   false
            a**b*c,                      a.x.b.b-c,                   true
            a**b*c,                      a.x.b.b.c,                   false
            A,                           a,                           false
            'a?',                        ab,                          false
            '[a-z].(x|y)',               a.x,                         false
            ö*,                          öl,                          true
            """)
    void a_star_stays_in_its_segment_and_two_go_on(String pattern, String name, boolean matches) {
        assertEquals(matches, Glob.of(pattern, '.').matches(name));
    }

    @Test
    void segments_are_split_where_one_says() {
        assertEquals(true, Glob.of("order/*", '/').matches("order/7.1"));
        assertEquals(false, Glob.of("order/*", '/').matches("order/7/1"));
    }

    @Test
    void a_pattern_has_a_length_and_a_bound() {
        assertThrows(IllegalArgumentException.class, () -> Glob.of("", '.'));
        assertThrows(IllegalArgumentException.class, () -> Glob.of("a".repeat(257), '.'));
        assertEquals(true, Glob.of("a".repeat(256), '.').matches("a".repeat(256)));
        assertFalse(Glob.of("a".repeat(256), '.').matches("a".repeat(255)));
    }

    @Test
    void the_pattern_that_ruins_a_regex_takes_no_longer_than_another() {
        Glob glob = Glob.of("*a".repeat(127) + "b", '.');
        String name = "a".repeat(1 << 20);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(glob.matches(name)));
    }

    @Test
    void it_agrees_with_a_naive_matcher_on_whatever_comes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            String pattern = text(random, "ab.*", 1 + random.nextInt(9));
            String name = text(random, "ab.", random.nextInt(12));
            assertEquals(
                    naive(pattern, name),
                    Glob.of(pattern, '.').matches(name),
                    () -> "'" + pattern + "' on '" + name + "', seed " + seed);
        }
    }

    @Test
    void it_agrees_with_a_naive_matcher_where_a_pattern_fills_more_than_one_word() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String stem = text(random, "ab.", 60 + random.nextInt(90));
            String pattern = stem.replace("aa", random.nextBoolean() ? "*" : "**");
            String name = random.nextBoolean() ? stem : stem.replace("aa", "b");
            assertEquals(
                    naive(pattern, name),
                    Glob.of(pattern, '.').matches(name),
                    () -> "'" + pattern + "' on '" + name + "', seed " + seed);
        }
    }

    private static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        random.ints(length, 0, alphabet.length()).forEach(i -> text.append(alphabet.charAt(i)));
        return text.toString();
    }

    /** By the definition, with a table so that it ends. */
    private static boolean naive(String pattern, String name) {
        boolean[][] fits = new boolean[pattern.length() + 1][name.length() + 1];
        fits[pattern.length()][name.length()] = true;
        for (int p = pattern.length() - 1; p >= 0; p--) {
            boolean star = pattern.charAt(p) == '*';
            boolean across = star
                    && ((p + 1 < pattern.length() && pattern.charAt(p + 1) == '*')
                            || (p > 0 && pattern.charAt(p - 1) == '*'));
            for (int n = name.length(); n >= 0; n--) {
                boolean takes = n < name.length()
                        && (star ? across || name.charAt(n) != '.' : name.charAt(n) == pattern.charAt(p));
                fits[p][n] = star ? fits[p + 1][n] || (takes && fits[p][n + 1]) : takes && fits[p + 1][n + 1];
            }
        }
        return fits[0][0];
    }
}

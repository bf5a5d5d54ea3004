package dev.millrace.log.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.log.StreamName;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PulseTest {

    private static final RedisEndpoint REDIS = RedisEndpoint.parse("redis://127.0.0.1");

    private final Outages outages = new Outages();
    private final Pulse appends = new Pulse(REDIS, outages, at(0));
    private final Pulse questions = new Pulse(REDIS, outages, at(0));

    @Test
    void what_is_answered_within_two_seconds_is_no_outage() {
        Call call = askedAt(10_000);
        appends.judge(call, at(11_999), "no answer");
        assertEquals(0, outages.current());
        appends.answered(at(11_999));
        appends.judge(call, at(13_998), "no answer");
        assertEquals(0, outages.current(), "a queue that moves is slow and not away");
    }

    @Test
    void a_link_that_nobody_asks_anything_knows_of_no_outage() {
        appends.judge(null, at(60_000), "no answer");
        assertEquals(0, outages.current());
    }

    @Test
    void an_outage_has_one_number_whichever_link_notices_it_and_ends_with_the_last() {
        appends.judge(askedAt(0), at(2_000), "no answer");
        int first = outages.current();
        assertTrue(first != 0);
        questions.judge(askedAt(1_000), at(3_000), "no answer");
        appends.judge(askedAt(0), at(3_500), "no answer");
        assertEquals(first, outages.current());
        appends.answered(at(4_000));
        assertEquals(first, outages.current(), "questions still have no answer");
        questions.answered(at(4_001));
        assertEquals(0, outages.current());
        assertFalse(appends.isAway() || questions.isAway());
    }

    @Test
    void the_next_outage_has_another_number() {
        appends.judge(askedAt(0), at(2_000), "no answer");
        int first = outages.current();
        appends.answered(at(2_500));
        questions.judge(askedAt(3_000), at(5_000), "no answer");
        assertTrue(outages.current() != 0 && outages.current() != first);
    }

    private static Call askedAt(long millis) {
        Question any = new Question(Script.READ, Keys.of("test", StreamName.run("r")), List.of());
        return new Call(any, at(millis), TimeUnit.SECONDS.toNanos(30));
    }

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

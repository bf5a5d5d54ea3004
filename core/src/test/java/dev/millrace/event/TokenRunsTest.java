package dev.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenRunsTest {

    @Test
    void tokens_of_different_texts_are_not_joined_whatever_their_places() {
        List<Entry> entries = List.of(
                entry(1, RunEvent.Token.reasoning("ab", 0, "reasoning_1")),
                entry(2, RunEvent.Token.reasoning("cd", 2, "reasoning_1")),
                entry(3, new RunEvent.Token("ef", 4)),
                entry(4, RunEvent.Token.reasoning("gh", 6, "reasoning_2")));
        List<Entry> joined = TokenRuns.join(entries);
        assertEquals(
                List.of(
                        "{\"text\":\"abcd\",\"at\":0,\"channel\":\"reasoning\",\"part\":\"reasoning_1\"}",
                        "{\"text\":\"ef\",\"at\":4}",
                        "{\"text\":\"gh\",\"at\":6,\"channel\":\"reasoning\",\"part\":\"reasoning_2\"}"),
                joined.stream().map(entry -> entry.data().toString()).toList());
    }

    @Test
    void a_run_of_tokens_becomes_one_with_the_id_of_the_last() {
        Entry status = entry(1, RunEvent.Status.of(RunEvent.Step.GENERATING));
        Entry done = new Entry(new EventId(6, 106), "done", Buffer.buffer("{}"));
        List<Entry> joined = TokenRuns.join(List.of(
                status,
                entry(2, new RunEvent.Token("Send ", 0)),
                entry(3, new RunEvent.Token("the ", 5)),
                entry(4, new RunEvent.Token("last", 9)),
                entry(5, new RunEvent.Warning("w", "m")),
                done));
        assertEquals(
                List.of(
                        "1-101 status {\"step\":\"generating\"}",
                        "4-104 token {\"text\":\"Send the last\",\"at\":0}",
                        "5-105 warning {\"code\":\"w\",\"message\":\"m\"}",
                        "6-106 done {}"),
                joined.stream().map(Entry::toString).toList());
        assertSame(status, joined.get(0));
        assertSame(done, joined.get(3));
    }

    @Test
    void a_lone_token_is_the_same_object_as_before() {
        Entry token = entry(9, new RunEvent.Token("one", 40));
        assertSame(token, TokenRuns.join(List.of(token)).get(0));
    }

    @Test
    void something_between_two_tokens_keeps_them_apart() {
        List<Entry> joined = TokenRuns.join(List.of(
                entry(1, new RunEvent.Token("a", 0)),
                entry(2, RunEvent.Status.of(RunEvent.Step.STEERED)),
                entry(3, new RunEvent.Token("b", 1))));
        assertEquals(3, joined.size());
    }

    @Test
    void a_token_that_writes_elsewhere_is_not_joined_to_the_one_before() {
        List<Entry> joined = TokenRuns.join(List.of(
                entry(1, new RunEvent.Token("ab", 0)),
                entry(2, new RunEvent.Token("ab", 0)),
                entry(3, new RunEvent.Token("cd", 2)),
                entry(4, new RunEvent.Token("zz", 9))));
        assertEquals(
                List.of(
                        "1-101 token {\"text\":\"ab\",\"at\":0}",
                        "3-103 token {\"text\":\"abcd\",\"at\":0}",
                        "4-104 token {\"text\":\"zz\",\"at\":9}"),
                joined.stream().map(Entry::toString).toList());
    }

    @Test
    void nothing_joins_to_nothing() {
        assertEquals(List.of(), TokenRuns.join(List.of()));
    }

    private static Entry entry(long seq, Event event) {
        return new Entry(new EventId(seq, 100 + seq), event.type(), event.data());
    }
}

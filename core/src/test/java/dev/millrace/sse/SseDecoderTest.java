package dev.millrace.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of WHATWG HTML, sections 9.2.5 and 9.2.6, one by one. */
class SseDecoderTest {

    private final List<SseEvent> events = new ArrayList<>();
    private final SseDecoder decoder = new SseDecoder(1 << 20, events::add);

    static Stream<Arguments> streams() {
        return Stream.of(
                rule("a name and data make an event", "event: e\ndata: d\n\n", event("", "e", "d")),
                rule("an event without a name is a message", "data: d\n\n", event("", "message", "d")),
                rule("an empty name is a message too", "event: e\nevent\ndata: d\n\n", event("", "message", "d")),
                rule("data lines are joined by LF", "data: a\ndata: b\ndata:\n\n", event("", "message", "a\nb\n")),
                rule("CR ends a line", "data: a\rdata: b\r\r", event("", "message", "a\nb")),
                rule("CRLF ends a line once", "data: a\r\ndata: b\r\n\r\n", event("", "message", "a\nb")),
                rule(
                        "LF CR is two ends",
                        "data: a\n\rdata: b\n\n",
                        event("", "message", "a"),
                        event("", "message", "b")),
                rule("one leading space goes, no more", "data:  a \n\n", event("", "message", " a ")),
                rule("a value needs no space", "data:a:b\n\n", event("", "message", "a:b")),
                rule("a tab is not a space", "data:\ta\n\n", event("", "message", "\ta")),
                rule("a line without colon is a field without value", "data\n\n", event("", "message", "")),
                rule("two of them are one line break", "data\ndata\n\n", event("", "message", "\n")),
                rule("a comment is nothing", ": ping\ndata: d\n:\n::\n\n", event("", "message", "d")),
                rule(
                        "unknown fields are nothing",
                        "Data: x\n data: x\nfoo: x\nfoo\ndata: d\n\n",
                        event("", "message", "d")),
                rule("an event without data is none", "event: e\n\ndata: d\n\n", event("", "message", "d")),
                rule("blank lines are nothing", "\n\n\r\r\n\n", new SseEvent[0]),
                rule(
                        "an id stays for the events after it",
                        "id: 1\ndata: a\n\ndata: b\n\n",
                        event("1", "message", "a"),
                        event("1", "message", "b")),
                rule(
                        "an empty id takes it back",
                        "id: 1\ndata: a\n\nid\ndata: b\n\n",
                        event("1", "message", "a"),
                        event("", "message", "b")),
                rule("an id with NUL is ignored", "id: 1\nid: 2\0\ndata: a\n\n", event("1", "message", "a")),
                rule("a BOM at the start goes", "\uFEFFdata: a\n\n", event("", "message", "a")),
                rule("only one BOM goes", "\uFEFF\uFEFFdata: a\n\n", new SseEvent[0]),
                rule("only at the start", "data: a\n\n\uFEFFdata: b\n\n", event("", "message", "a")),
                rule("a BOM before a blank line", "\uFEFF\ndata: a\n\n", event("", "message", "a")),
                rule("what is not finished is no event", "data: a\n\ndata: b\n", event("", "message", "a")),
                rule("text is UTF-8", "data: é€😀\n\n", event("", "message", "é€😀")));
    }

    private static Arguments rule(String name, String stream, SseEvent... expected) {
        return Arguments.of(name, stream, List.of(expected));
    }

    private static SseEvent event(String id, String type, String data) {
        return new SseEvent(id, type, data);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void the_rules_hold_for_a_stream_in_one_chunk(String name, String stream, List<SseEvent> expected) {
        decoder.feed(Buffer.buffer(stream));
        assertEquals(expected, events);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void the_rules_hold_for_a_stream_cut_at_every_byte(String name, String stream, List<SseEvent> expected) {
        Buffer bytes = Buffer.buffer(stream);
        for (int i = 0; i < bytes.length(); i++) {
            decoder.feed(bytes.slice(i, i + 1));
            decoder.feed(Buffer.buffer());
        }
        assertEquals(expected, events);
    }

    @Test
    void an_id_without_data_moves_the_last_id_and_fires_nothing() {
        decoder.feed(Buffer.buffer("retry: 1000\nid: 0-0\n"));
        assertEquals("", decoder.lastEventId());
        decoder.feed(Buffer.buffer("\n"));
        assertEquals("0-0", decoder.lastEventId());
        assertEquals(List.of(), events);
    }

    @Test
    void an_id_of_an_unfinished_event_is_not_yet_the_last_id() {
        decoder.feed(Buffer.buffer("id: 1\ndata: a\n\nid: 2\ndata: b\n"));
        assertEquals("1", decoder.lastEventId());
    }

    @Test
    void a_retry_time_of_digits_is_taken() {
        decoder.feed(Buffer.buffer("retry: 1000\n"));
        assertEquals(OptionalLong.of(1000), decoder.retryMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1s", " 1", "1.0", "٣", "1234567890123456789"})
    void any_other_retry_time_is_ignored(String value) {
        decoder.feed(Buffer.buffer("retry: 7\nretry: " + value + "\n"));
        assertEquals(OptionalLong.of(7), decoder.retryMillis());
    }

    @Test
    void an_event_comes_with_the_chunk_that_ends_it_even_if_an_LF_may_follow() {
        decoder.feed(Buffer.buffer("data: a\r\r"));
        assertEquals(List.of(event("", "message", "a")), events);
        decoder.feed(Buffer.buffer("\ndata: b\r\n\r"));
        assertEquals(2, events.size());
    }

    @Test
    void bytes_that_are_no_UTF_8_become_replacement_characters() {
        decoder.feed(Buffer.buffer("data: a").appendByte((byte) 0xE2).appendString("\n\n"));
        assertEquals(List.of(event("", "message", "a\uFFFD")), events);
    }

    @Test
    void a_million_one_byte_chunks_of_one_line_are_one_event() {
        SseDecoder large = new SseDecoder(2_000_000, events::add);
        Buffer x = Buffer.buffer("x");
        large.feed(Buffer.buffer("data:"));
        for (int i = 0; i < 1_000_000; i++) {
            large.feed(x);
        }
        large.feed(Buffer.buffer("\n\n"));
        assertEquals(1_000_000, events.get(0).data().length());
    }

    @Test
    void an_event_up_to_the_limit_is_read() {
        SseDecoder small = new SseDecoder(10, events::add);
        small.feed(Buffer.buffer("data:12345\n\ndata:12345\n\n"));
        assertEquals(2, events.size());
    }

    @Test
    void a_line_over_the_limit_is_an_error_before_it_ends() {
        SseDecoder small = new SseDecoder(10, events::add);
        small.feed(Buffer.buffer("data:12345"));
        assertThrows(OversizedEventException.class, () -> small.feed(Buffer.buffer("6")));
    }

    @Test
    void many_lines_over_the_limit_are_an_error_too() {
        SseDecoder small = new SseDecoder(10, events::add);
        assertThrows(
                OversizedEventException.class, () -> small.feed(Buffer.buffer("data:1\ndata:2\ndata:3\ndata:4\n")));
    }

    @Test
    void comments_may_go_on_for_ever() {
        SseDecoder small = new SseDecoder(10, events::add);
        for (int i = 0; i < 1000; i++) {
            small.feed(Buffer.buffer(": ping\n"));
        }
        assertEquals(List.of(), events);
    }

    @Test
    void a_decoder_that_has_failed_is_dead() {
        SseDecoder small = new SseDecoder(10, events::add);
        assertThrows(OversizedEventException.class, () -> small.feed(Buffer.buffer("data:123456")));
        assertThrows(IllegalStateException.class, () -> small.feed(Buffer.buffer("\n\n")));
    }
}

package dev.millrace.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseEncoderTest {

    @Test
    void an_event_is_its_id_its_name_and_its_data() {
        assertEquals(
                "id: 4-1795165913962\nevent: token\ndata: {\"text\":\"é\",\"at\":0}\n\n",
                SseEncoder.event("4-1795165913962", "token", "{\"text\":\"é\",\"at\":0}")
                        .toString());
    }

    @Test
    void an_event_without_an_id_has_no_id_line() {
        assertEquals(
                "event: expiring\ndata: {}\n\n",
                SseEncoder.event(null, "expiring", Buffer.buffer("{}")).toString());
    }

    @Test
    void data_with_line_breaks_of_any_kind_becomes_several_data_lines() {
        assertEquals(
                "event: e\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: \n\n",
                SseEncoder.event(null, "e", "a\nb\rc\r\nd\n\r").toString());
    }

    @Test
    void empty_data_is_an_empty_data_line() {
        assertEquals(
                "event: e\ndata: \n\n",
                SseEncoder.event(null, "e", Buffer.buffer()).toString());
    }

    @Test
    void data_is_not_changed_and_can_be_encoded_again() {
        Buffer data = Buffer.buffer("x");
        Buffer first = SseEncoder.event(null, "e", data);
        assertEquals(first, SseEncoder.event(null, "e", data));
        assertEquals("x", data.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb", "a\0b", "\n"})
    void an_id_or_event_name_with_a_newline_or_NUL_is_refused(String injected) {
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.event(injected, "e", "d"));
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.event("1-1", injected, "d"));
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.opening(0, injected));
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.ping(injected));
    }

    @Test
    void a_stream_opens_with_its_retry_time_and_its_position() {
        assertEquals("retry: 1000\nid: 0-0\n\n", SseEncoder.opening(1000, "0-0").toString());
    }

    @Test
    void a_ping_is_a_comment_and_a_position() {
        assertEquals(
                ": ping\nid: 42-1795165913943\n\n",
                SseEncoder.ping("42-1795165913943").toString());
    }

    @Test
    void a_retry_time_stands_alone() {
        assertEquals("retry: 4217\n", SseEncoder.retry(4217).toString());
    }

    @Test
    void a_negative_retry_time_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.retry(-1));
        assertThrows(IllegalArgumentException.class, () -> SseEncoder.opening(-1, "0-0"));
    }
}

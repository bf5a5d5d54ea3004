package dev.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.RunEvent.Artifact;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.event.RunEvent.Warning;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunEventTest {

    private static final String SHA = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";
    private static final JsonObject USAGE =
            new JsonObject().put("input_tokens", 31).put("output_tokens", 42);

    /** Each event beside its name and its data as wire/native.md writes them. */
    static Stream<Arguments> wire() {
        return Stream.of(
                Arguments.of(
                        new Status(
                                Step.STARTED,
                                new JsonObject()
                                        .put("run", "run_4kq")
                                        .put("session", "ses_9d2")
                                        .put("message", "msg_1")),
                        "status",
                        "{\"step\":\"started\",\"run\":\"run_4kq\",\"session\":\"ses_9d2\",\"message\":\"msg_1\"}"),
                Arguments.of(
                        Status.of(Step.RETRIEVING, "Searching 12 documents"),
                        "status",
                        "{\"step\":\"retrieving\",\"label\":\"Searching 12 documents\"}"),
                Arguments.of(Status.of(Step.GENERATING), "status", "{\"step\":\"generating\"}"),
                Arguments.of(
                        new Token("Send the last id you saw ", 0),
                        "token",
                        "{\"text\":\"Send the last id you saw \",\"at\":0}"),
                Arguments.of(
                        Token.reasoning("Hm, ids.", 4, "reasoning_1"),
                        "token",
                        "{\"text\":\"Hm, ids.\",\"at\":4,\"channel\":\"reasoning\",\"part\":\"reasoning_1\"}"),
                Arguments.of(
                        new Artifact("a1", 2, "markdown", "Plan", "# Plan", true),
                        "artifact",
                        "{\"id\":\"a1\",\"rev\":2,\"kind\":\"markdown\",\"title\":\"Plan\",\"content\":\"# Plan\",\"final\":true}"),
                Arguments.of(
                        new Citation(1, "Resume", "resume.md", null, "...", null, null),
                        "citation",
                        "{\"n\":1,\"title\":\"Resume\",\"source\":\"resume.md\",\"quote\":\"...\"}"),
                Arguments.of(
                        new Citation(2, "Resume", "resume.md", "https://x.example/r", "Send it", 0, 7),
                        "citation",
                        "{\"n\":2,\"title\":\"Resume\",\"source\":\"resume.md\",\"url\":\"https://x.example/r\","
                                + "\"quote\":\"Send it\",\"start\":0,\"end\":7}"),
                Arguments.of(
                        new Citation(3, "Resume", "resume.md", null, null, null, null),
                        "citation",
                        "{\"n\":3,\"title\":\"Resume\",\"source\":\"resume.md\"}"),
                Arguments.of(
                        new Warning("no_sources", "Nothing was found."),
                        "warning",
                        "{\"code\":\"no_sources\",\"message\":\"Nothing was found.\"}"),
                Arguments.of(
                        new Failure("agent_lost", "The agent went away.", true),
                        "error",
                        "{\"code\":\"agent_lost\",\"message\":\"The agent went away.\",\"retryable\":true}"),
                Arguments.of(
                        new Done(Outcome.COMPLETED, "stop", 112, 19L, USAGE, 187, SHA),
                        "done",
                        "{\"status\":\"completed\",\"finish\":\"stop\",\"latency_ms\":112,\"ttft_ms\":19,"
                                + "\"usage\":{\"input_tokens\":31,\"output_tokens\":42},\"text_length\":187,"
                                + "\"text_sha256\":\"" + SHA + "\"}"),
                Arguments.of(
                        new Done(Outcome.CANCELLED, "cancelled", 7, null, USAGE, 0, SHA),
                        "done",
                        "{\"status\":\"cancelled\",\"finish\":\"cancelled\",\"latency_ms\":7,\"ttft_ms\":null,"
                                + "\"usage\":{\"input_tokens\":31,\"output_tokens\":42},\"text_length\":0,"
                                + "\"text_sha256\":\"" + SHA + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("wire")
    void an_event_is_written_as_the_wire_document_says(RunEvent event, String type, String data) {
        assertEquals(type, event.type());
        assertEquals(data, event.data().toString());
    }

    @ParameterizedTest
    @MethodSource("wire")
    void an_event_is_read_back_as_it_was_written(RunEvent event, String type, String data) {
        Entry entry = new Entry(new EventId(1, 1), type, Buffer.buffer(data));
        assertEquals(Optional.of(event), RunEvent.of(entry));
    }

    @Test
    void every_kind_of_event_has_a_decoder_and_a_line_in_the_table_above() {
        Set<Class<?>> kinds =
                Arrays.stream(RunEvent.class.getPermittedSubclasses()).collect(Collectors.toSet());
        assertEquals(kinds, wire().map(line -> line.get()[0].getClass()).collect(Collectors.toSet()));
        assertEquals(wire().map(line -> line.get()[1]).collect(Collectors.toSet()), RunEvent.Decoders.BY_TYPE.keySet());
        assertEquals(7, kinds.size(), "seven types, no more");
        assertEquals(kinds.size(), RunEvent.Decoders.BY_TYPE.size());
        wire().map(line -> (RunEvent) line.get()[0]).forEach(event -> {
            Entry entry = new Entry(new EventId(1, 1), event.type(), event.data());
            assertEquals(Optional.of(event.getClass()), RunEvent.of(entry).map(Object::getClass));
        });
    }

    @Test
    void an_entry_of_another_stream_is_no_event_of_a_run() {
        Entry entry = new Entry(new EventId(1, 1), "dev.millrace.run.completed.v1", Buffer.buffer("{}"));
        assertEquals(Optional.empty(), RunEvent.of(entry));
    }

    @Test
    void every_step_and_outcome_is_written_in_lower_case_and_read_back() {
        for (Step step : Step.values()) {
            assertTrue(step.text().matches("[a-z_]+"));
            assertEquals(step, Step.of(step.text()));
        }
        for (Outcome outcome : Outcome.values()) {
            assertTrue(outcome.text().matches("[a-z]+"));
            assertEquals(outcome, Outcome.of(outcome.text()));
        }
    }

    @Test
    void the_last_word_of_a_run_is_the_last_word_of_its_stream() {
        Entry entry = new Entry(new EventId(1, 1), Done.TYPE, Buffer.buffer("{}"));
        assertTrue(entry.isLastWord());
    }

    @Test
    void a_token_joins_the_one_that_goes_on_right_behind_it() {
        assertEquals(new Token("one two", 3), new Token("one ", 3).join(new Token("two", 7)));
        assertNull(new Token("one ", 3).join(new Token("two", 8)));
        assertNull(new Token("one ", 3).join(new Token("two", 3)));
        assertNull(new Token("one ", 3).join(Status.of(Step.COMPLETED)));
        assertNull(Status.of(Step.COMPLETED).join(new Token("two", 8)));
    }

    @Test
    void offsets_count_utf_16_units() {
        String wave = "\uD83D\uDC4B";
        assertEquals(new Token(wave + "hi", 0), new Token(wave, 0).join(new Token("hi", 2)));
    }

    @Test
    void events_of_no_special_kind_never_join() {
        assertNull(Event.of("a", Buffer.buffer("{}")).join(Event.of("a", Buffer.buffer("{}"))));
    }

    @Test
    void an_entry_is_encoded_once_for_all_who_ask_for_the_same_wire() {
        Entry entry = new Entry(new EventId(7, 5), "token", Buffer.buffer("{}"));
        Encoding wire = reading -> Buffer.buffer("id: " + reading.id() + "\n");
        Encoding other = reading -> Buffer.buffer(reading.type());
        Buffer first = entry.as(wire);
        assertEquals("id: 7-5\n", first.toString());
        assertTrue(first == entry.as(wire));
        assertEquals("token", entry.as(other).toString());
        assertEquals("id: 7-5\n", entry.as(wire).toString());
        assertEquals(2 * 2 + 160, entry.weight());
        assertEquals(List.of("7-5 token {}"), List.of(entry.toString()));
    }
}

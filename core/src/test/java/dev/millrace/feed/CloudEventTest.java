package dev.millrace.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.run.Refusal;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventTest {

    private static final String GOOD = "\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/s\",\"type\":\"a.b\"";

    private static CloudEvent read(String json) {
        return CloudEvent.read(Buffer.buffer(json));
    }

    @Test
    void what_was_sent_is_kept_byte_for_byte_but_for_the_blanks_between_its_parts() {
        CloudEvent event = read(
                "\n{ " + GOOD + ",\r\n\t\"data\" : {\"sum\": 12345678901234567.890, \"text\": \" a \\\" b\\\\\" } }\n");
        assertEquals(
                "{" + GOOD + ",\"data\":{\"sum\":12345678901234567.890,\"text\":\" a \\\" b\\\\\"}}",
                event.data().toString());
        assertEquals("a.b", event.type());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"time\":\"2026-11-20T10:11:53.943Z\"",
                "\"time\":\"2026-11-20t10:11:53z\"",
                "\"time\":\"2026-11-20T10:11:53.123456789012+23:59\"",
                "\"time\":\"2026-06-30T23:59:60Z\"",
                "\"time\":null",
                "\"subject\":\"order/7\"",
                "\"subject\":\"naïve 👋\"",
                "\"datacontenttype\":\"application/json; charset=utf-8\"",
                "\"dataschema\":\"https://example.com/schema\"",
                "\"data\":null",
                "\"data\":[1,2]",
                "\"data\":\"text\"",
                "\"data_base64\":\"AAEC\"",
                "\"traceparent\":\"00-1-2-01\"",
                "\"flag1\":true",
                "\"count\":2147483647",
                "\"count\":-5",
                "\"gone\":null"
            })
    void these_are_events(String attribute) {
        assertEquals(
                "{" + GOOD + "," + attribute + "}",
                read("{" + GOOD + "," + attribute + "}").data().toString());
    }

    @ParameterizedTest(name = "{0} is refused with {1}")
    @CsvSource(delimiter = '|', textBlock = """
            "time":"2026-11-20"                        | bad_event | time
            "time":"2026-11-20T10:11Z"                 | bad_event | time
            "time":"2026-11-20T10:11:53"               | bad_event | time
            "time":"2026-02-30T10:11:53Z"              | bad_event | time
            "time":"2026-11-20T24:11:53Z"              | bad_event | time
            "time":"2026-11-20T10:11:53+24:00"         | bad_event | time
            "time":"20-11-2026T10:11:53Z"              | bad_event | time
            "time":1795165913943                       | bad_field | time
            "subject":""                               | bad_event | subject
            "subject":7                                | bad_field | subject
            "subject":"a\\u0000b"                      | bad_event | subject
            "subject":"a\\nb"                          | bad_event | subject
            "subject":"\\ud800"                        | bad_event | subject
            "subject":"\\uffff"                        | bad_event | subject
            "datacontenttype":"json"                   | bad_event | datacontenttype
            "dataschema":"schema"                      | bad_event | dataschema
            "data":1,"data_base64":"AA=="              | bad_event | data_base64
            "data_base64":"***"                        | bad_event | data_base64
            "data_base64":{}                           | bad_field | data_base64
            "Upper":"a"                                | bad_event | Upper
            "with_underscore":"a"                      | bad_event | with_underscore
            "":"a"                                     | bad_event | ''
            "ext":{"a":1}                              | bad_field | ext
            "ext":[1]                                  | bad_field | ext
            "ext":1.5                                  | bad_field | ext
            "ext":2147483648                           | bad_field | ext
            """)
    void these_are_none(String attribute, String code, String field) {
        Refusal refusal = assertThrows(Refusal.class, () -> read("{" + GOOD + "," + attribute + "}"));
        assertEquals(code, refusal.code());
        assertEquals(400, refusal.status());
        assertEquals(field, refusal.more().getString("field"));
    }

    @ParameterizedTest(name = "{0} is refused with {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                        | bad_event     | specversion
            {"specversion":"0.3","id":"a","source":"/s","type":"a.b"}                 | bad_event     | specversion
            {"specversion":"1.0","source":"/s","type":"a.b"}                          | bad_event     | id
            {"specversion":"1.0","id":"","source":"/s","type":"a.b"}                  | bad_event     | id
            {"specversion":"1.0","id":1,"source":"/s","type":"a.b"}                   | bad_field     | id
            {"specversion":"1.0","id":"a","type":"a.b"}                               | bad_event     | source
            {"specversion":"1.0","id":"a","source":"not a uri","type":"a.b"}          | bad_event     | source
            {"specversion":"1.0","id":"a","source":"/s"}                              | bad_event     | type
            {"specversion":"1.0","id":"a","source":"/s","type":"gap"}                 | bad_event     | type
            {"specversion":"1.0","id":"a","source":"/s","type":"a.ö"}                 | bad_event     | type
            {"specversion":"1.0","id":"a","source":"/s","type":"a b.c"}               | bad_event     | type
            {"specversion":"1.0","id":"a","source":"/s","type":"dev.millrace.x.v1"}   | bad_event     | type
            {"specversion":"1.0","id":"a","id":"b","source":"/s","type":"a.b"}        | bad_json      | NULL
            {"specversion":"1.0","id":"a","source":"/s","type":"a.b"                  | bad_json      | NULL
            [1]                                                                       | not_an_object | NULL
            7                                                                         | not_an_object | NULL
            """, nullValues = "NULL")
    void nor_are_these(String json, String code, String field) {
        Refusal refusal = assertThrows(Refusal.class, () -> read(json));
        assertEquals(code, refusal.code());
        assertEquals(field, refusal.more().getString("field"));
    }

    @Test
    void an_event_has_a_largest_size() {
        String start = "{" + GOOD + ",\"data\":\"";
        String fits = "x".repeat(CloudEvent.MAX_BYTES - start.length() - 2);
        assertEquals(CloudEvent.MAX_BYTES, read(start + fits + "\"}").data().length());
        Refusal refusal = assertThrows(Refusal.class, () -> read(start + fits + "x\"}"));
        assertEquals("event_too_large", refusal.code());
        assertEquals(413, refusal.status());
    }

    @Test
    void attributes_and_extensions_are_bounded() {
        StringBuilder many = new StringBuilder();
        for (int n = 0; n < 75; n++) {
            many.append(",\"x").append(n).append("\":1");
        }
        assertEquals(
                "bad_event",
                assertThrows(Refusal.class, () -> read("{" + GOOD + many + "}")).code());
        for (String name : List.of("id", "source", "subject")) {
            String json = "{" + GOOD.replace("\"" + name + "\"", "\"old\"") + ",\"" + name + "\":\"" + "x".repeat(1025)
                    + "\"}";
            assertEquals(
                    name, assertThrows(Refusal.class, () -> read(json)).more().getString("field"));
        }
    }

    @Test
    void a_batch_says_of_each_item_what_it_is() {
        List<CloudEvent.Item> items = CloudEvent.batch(Buffer.buffer(
                "[ {" + GOOD + ",\"data\":[1,{\"a\":\"],}\"}]} , 7, {}, [ {" + GOOD + "} ] ,{" + GOOD + "}]"));
        assertEquals(
                List.of("a", "not_an_object", "bad_event", "not_an_object", "a"),
                items.stream()
                        .map(item -> item.event()
                                .map(CloudEvent::id)
                                .orElseGet(() -> item.refusal().orElseThrow().code()))
                        .toList());
        assertEquals(
                "{" + GOOD + ",\"data\":[1,{\"a\":\"],}\"}]}",
                items.get(0).event().orElseThrow().data().toString());
        assertEquals(List.of(), CloudEvent.batch(Buffer.buffer(" [ ] ")));
    }

    @Test
    void a_batch_is_an_array_of_so_many() {
        assertEquals(
                "not_an_array",
                assertThrows(Refusal.class, () -> CloudEvent.batch(Buffer.buffer("{}")))
                        .code());
        String items = "{},".repeat(256) + "{}";
        Refusal refusal = assertThrows(Refusal.class, () -> CloudEvent.batch(Buffer.buffer("[" + items + "]")));
        assertEquals(413, refusal.status());
        assertEquals("batch_too_large", refusal.code());
    }

    @Test
    void the_subject_is_found_wherever_it_stands_and_nowhere_else() {
        assertEquals(Optional.of("order/7"), subject("{\"data\":{\"subject\":\"no\"},\"subject\":\"order/7\"}"));
        assertEquals(Optional.empty(), subject("{\"data\":{\"subject\":\"no\"}}"));
        assertEquals(Optional.empty(), subject("{\"subject\":null}"));
        assertEquals(Optional.empty(), subject("not json"));
    }

    private static Optional<String> subject(String json) {
        return CloudEvent.subject(new Entry(new EventId(1, 1), "a.b", Buffer.buffer(json)));
    }

    @Test
    void nothing_that_comes_from_outside_makes_more_of_it_than_a_refusal() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good =
                ("[{" + GOOD + ",\"data\":[\"\\\"\",{\"a\":1.50}]}]").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:\\ax1 \n\u0001".charAt(random.nextInt(14));
            }
            try {
                CloudEvent.batch(Buffer.buffer(bytes))
                        .forEach(item -> assertTrue(
                                item.event().isPresent() != item.refusal().isPresent()));
            } catch (Refusal refusal) {
                assertTrue(refusal.status() == 400, () -> "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": " + new String(bytes, java.nio.charset.StandardCharsets.UTF_8), e);
            }
        }
    }
}

package dev.millrace.events;

import static dev.millrace.events.Server.BATCH;
import static dev.millrace.events.Server.SINGLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.events.Server.Reply;
import dev.millrace.events.Server.Wire;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EventsRouteTest {

    @TempDir
    Path folder;

    private Server server;
    private String ann;

    @BeforeEach
    void start() throws Exception {
        server = Server.start(folder.resolve("home"));
        ann = server.token("acme");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static String event(String id, String type, String subject) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/shop\",\"type\":\"" + type
                + "\",\"subject\":\"" + subject + "\",\"data\":{\"sum\":1.10}}";
    }

    private static String event(String id) {
        return event(id, "com.example.placed", "order/" + id);
    }

    private String published(String id) throws Exception {
        return first(server.publish("", ann, event(id))).getString("id");
    }

    private static JsonObject first(Reply reply) {
        assertEquals(202, reply.status(), () -> reply.body().toString());
        return reply.json().getJsonArray("results").getJsonObject(0);
    }

    // Publishing

    @Test
    void an_event_is_read_with_the_bytes_it_was_published_with() throws Exception {
        Wire wire = server.stream("", ann);
        assertEquals("retry: 1000\nid: 0-0\n\n", wire.until("id: 0-0"));
        String id = published("a");
        assertEquals(
                "retry: 1000\nid: 0-0\n\nid: " + id + "\nevent: com.example.placed\ndata: " + event("a") + "\n\n",
                wire.until("data: "));
        wire.leave();
    }

    @Test
    void an_event_published_again_keeps_its_first_place() throws Exception {
        String id = published("a");
        published("b");
        Reply again = server.publish("?feed=main", ann, event("a"));
        assertEquals(
                "{\"results\":[{\"id\":\"" + id + "\",\"duplicate\":true}]}",
                again.body().toString());
    }

    @Test
    void a_batch_is_answered_item_by_item() throws Exception {
        Reply reply = server.publish(
                "", ann, "[" + event("a") + ", {\"specversion\":\"1.0\"}, " + event("b") + "," + event("a") + "]");
        assertEquals(202, reply.status());
        JsonArray results = reply.json().getJsonArray("results");
        assertEquals(4, results.size());
        assertEquals("1", results.getJsonObject(0).getString("id").split("-")[0]);
        assertEquals(
                "{\"error\":{\"code\":\"bad_event\",\"detail\":\"The CloudEvent's 'id' is missing.\",\"field\":\"id\"}}",
                results.getJsonObject(1).encode());
        assertEquals("2", results.getJsonObject(2).getString("id").split("-")[0]);
        assertEquals(
                results.getJsonObject(0).getString("id"),
                results.getJsonObject(3).getString("id"));
        assertTrue(results.getJsonObject(3).getBoolean("duplicate"));
        assertEquals("{\"results\":[]}", server.publish("", ann, "[]").body().toString());
    }

    @ParameterizedTest(name = "{0} of {1} is answered {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            application/json                   | {}              | 415 | unsupported_media_type
            application/cloudevents+json       | {               | 400 | bad_json
            application/cloudevents+json       | []              | 400 | not_an_object
            application/cloudevents+json       | {"a":1,"a":2}   | 400 | bad_json
            application/cloudevents+json       | {}              | 400 | bad_event
            application/cloudevents+json       | {"specversion":"1.0","id":7}     | 400 | bad_field
            application/cloudevents+json       | {"specversion":"1.0","id":"a","source":"/s","type":"dev.millrace.run.completed.v1"} | 400 | bad_event
            application/cloudevents-batch+json | {}              | 400 | not_an_array
            application/cloudevents-batch+json | [1,]            | 400 | bad_json
            """)
    void what_is_no_event_is_refused(String mediaType, String body, int status, String code) throws Exception {
        Reply reply = server.call(HttpMethod.POST, "", ann, mediaType, body);
        assertEquals(status + " " + code, reply.status() + " " + reply.code());
        assertEquals("application/problem+json", reply.type());
    }

    @Test
    void what_is_too_large_is_refused() throws Exception {
        String large = event("a").replace("1.10", "\"" + "x".repeat(300_000) + "\"");
        assertEquals("event_too_large", server.publish("", ann, large).code());
        JsonObject item = first(server.publish("", ann, "[" + large + "]"));
        assertEquals("event_too_large", item.getJsonObject("error").getString("code"));
        assertEquals(
                "batch_too_large",
                server.publish("", ann, "[" + "{},".repeat(256) + "{}]").code());
        assertEquals(
                "body_too_large",
                server.publish("", ann, "\"" + "x".repeat(1 << 20) + "\"").code());
    }

    // Reading

    @Test
    void a_filter_lets_pass_what_it_says_and_the_cursor_moves_with_what_it_does_not() throws Exception {
        server.publish(
                "",
                ann,
                "[" + event("a", "com.x.a", "order/1") + "," + event("b", "com.y.b", "order/2") + ","
                        + event("c", "com.x.c", "user/3") + "," + event("d", "org.x", "order/4") + "]");
        String query = "?from=earliest&type=" + encode("com.**") + "&type=org.*&subject=" + encode("order/*");
        String wire = server.stream(query, ann).until("\"d\"");
        assertEquals(
                List.of("com.x.a", "com.y.b", "org.x"),
                wire.lines()
                        .filter(line -> line.startsWith("event: "))
                        .map(line -> line.substring(7))
                        .toList());
        Wire none = server.stream("?from=earliest&type=none.*", ann);
        String head = server.get("/feeds/main", ann).json().getString("head");
        assertTrue(none.until(": ping\n").endsWith(": ping\nid: " + head + "\n\n"));
        none.leave();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "GET {0} is answered 400 {1}")
    @CsvSource(textBlock = """
            ?feed=A,                bad_parameter
            ?feed=a%2Fb,            bad_parameter
            ?type=,                 bad_parameter
            ?subject=,              bad_parameter
            ?consumer=A,            bad_parameter
            ?on_gap=x,              bad_parameter
            ?last_event_id=x,       bad_position
            ?from=yesterday,        bad_position
            """)
    void a_wrong_query_is_refused(String query, String code) throws Exception {
        Reply reply = server.get(query, ann);
        assertEquals("400 " + code, reply.status() + " " + reply.code());
    }

    @Test
    void a_filter_is_bounded() throws Exception {
        assertEquals(400, server.get("?type=" + "a".repeat(257), ann).status());
        assertEquals(400, server.get("?x=1" + "&subject=a".repeat(17), ann).status());
    }

    @Test
    void who_asks_for_the_exact_place_is_refused_any_other() throws Exception {
        published("a");
        Reply reply = server.get("?on_gap=fail&last_event_id=1-5", ann);
        assertEquals("409 reset", reply.status() + " " + reply.code());
        String wire = server.stream("?last_event_id=1-5", ann).until("event: reset");
        assertTrue(wire.contains("\"reason\":\"identity\""), wire);
    }

    @Test
    void a_feed_says_what_it_holds() throws Exception {
        assertEquals(
                "{\"first\":\"0-0\",\"head\":\"0-0\",\"events\":0,\"bytes\":0,\"max_age\":604800}",
                server.get("/feeds/new", ann).body().toString());
        String first = published("a");
        String head = published("b");
        JsonObject json = server.get("/feeds/main", ann).json();
        assertTrue(json.getLong("bytes") > 0);
        json.remove("bytes");
        assertEquals(
                "{\"first\":\"" + first + "\",\"head\":\"" + head + "\",\"events\":2,\"max_age\":604800}",
                json.encode());
        assertEquals(400, server.get("/feeds/A", ann).status());
    }

    @Test
    void a_stream_is_warned_before_its_token_ends() throws Exception {
        String brief = server.token("acme", FeedRights.ALL, Duration.ofSeconds(50), Scope.EVENTS_READ);
        String wire = server.stream("", brief).until("event: expiring");
        assertTrue(wire.contains("\"code\":\"token_expiring\""), wire);
    }

    // Consumers

    @Test
    void a_consumer_goes_on_after_what_it_committed() throws Exception {
        String a = published("a");
        String b = published("b");
        Reply committed = server.commit("billing", ann, "{\"id\":\"" + a + "\"}");
        assertEquals(200, committed.status());
        JsonObject json = committed.json();
        assertTrue(Instant.parse(json.getString("committed_at"))
                .isBefore(Instant.now().plusSeconds(1)));
        json.remove("committed_at");
        assertTrue(((Number) json.remove("lag_ms")).longValue() >= 0);
        assertEquals(
                "{\"consumer\":\"billing\",\"feed\":\"main\",\"id\":\"" + a + "\",\"committed_by\":\"ann\",\"head\":\""
                        + b + "\",\"lag_events\":1}",
                json.encode());
        String wire = server.stream("?consumer=billing", ann).until("data: ");
        assertEquals(
                "retry: 1000\nid: " + a + "\n\nid: " + b + "\nevent: com.example.placed\ndata: " + event("b") + "\n\n",
                wire);
        // An id of the request wins over the commit, and the commit over from.
        assertTrue(server.stream("?consumer=billing", ann, "Last-Event-ID", b)
                .until("id: ")
                .endsWith("id: " + b + "\n\n"));
        assertTrue(server.stream("?consumer=billing&from=earliest", ann)
                .until("id: ")
                .startsWith("retry: 1000\nid: " + a));
        assertTrue(server.stream("?consumer=fresh&from=earliest", ann)
                .until("id: ")
                .startsWith("retry: 1000\nid: 0-0"));
    }

    @Test
    void commits_are_refused_clearly() throws Exception {
        String a = published("a");
        String b = published("b");
        server.commit("billing", ann, "{\"id\":\"" + b + "\"}");
        String millis = a.split("-")[1];
        String[][] table = {
            {"{\"id\":\"" + a + "\"}", "409 commit_stale"},
            {"{\"id\":\"" + a + "\",\"rewind\":false}", "409 commit_stale"},
            {"{\"id\":\"3-" + millis + "\"}", "400 commit_beyond_head"},
            {"{\"id\":\"2-5\"}", "400 commit_foreign"},
            {"{\"id\":\"x\"}", "400 bad_field"},
            {"{\"id\":7}", "400 bad_field"},
            {"{}", "400 bad_field"},
            {"{\"id\":\"" + b + "\",\"rewind\":1}", "400 bad_field"},
            {"[]", "400 not_an_object"},
        };
        for (String[] row : table) {
            Reply reply = server.commit("billing", ann, row[0]);
            assertEquals(row[1], reply.status() + " " + reply.code(), row[0]);
        }
        assertEquals(400, server.commit("Bad", ann, "{\"id\":\"" + b + "\"}").status());
        assertEquals(
                200,
                server.commit("billing", ann, "{\"id\":\"" + a + "\",\"rewind\":true}")
                        .status());
        assertEquals(
                1,
                server.get("/consumers", ann)
                        .json()
                        .getJsonArray("consumers")
                        .getJsonObject(0)
                        .getInteger("lag_events"));
    }

    @Test
    void consumers_are_listed_and_deleted() throws Exception {
        String a = published("a");
        server.commit("one", ann, "{\"id\":\"" + a + "\"}");
        server.commit("two", ann, "{\"id\":\"0-0\"}");
        JsonArray list = server.get("/consumers", ann).json().getJsonArray("consumers");
        assertEquals("one", list.getJsonObject(0).getString("consumer"));
        assertEquals(0, list.getJsonObject(0).getInteger("lag_ms"));
        assertEquals(1, list.getJsonObject(1).getInteger("lag_events"));
        assertEquals(
                204,
                server.call(HttpMethod.DELETE, "/consumers/one", ann, "", "").status());
        assertEquals(
                404,
                server.call(HttpMethod.DELETE, "/consumers/one", ann, "", "").status());
        assertEquals(
                1,
                server.get("/consumers", ann).json().getJsonArray("consumers").size());
        assertEquals(
                "{\"consumers\":[]}",
                server.get("/consumers", server.token("globex")).body().toString());
    }

    // Tickets

    private String ticket(String query) throws Exception {
        Reply reply = server.call(HttpMethod.POST, "/ticket" + query, ann, "", "");
        assertEquals(200, reply.status(), () -> reply.body().toString());
        return reply.json().getString("ticket");
    }

    @Test
    void a_ticket_opens_its_stream_again_and_again() throws Exception {
        published("a");
        String ticket = ticket("?feed=main&type=com.*.placed&subject=order%2F*");
        for (int time = 0; time < 2; time++) {
            Wire wire = server.stream("?from=earliest&subject=order%2F*&type=com.*.placed&ticket=" + ticket, "");
            assertTrue(wire.until("data: ").contains("\"id\":\"a\""));
            wire.leave();
        }
    }

    @Test
    void a_ticket_opens_nothing_else() throws Exception {
        String ticket = ticket("?feed=main&type=com.**");
        String[][] table = {
            {"GET", "?feed=other&type=com.**&ticket=" + ticket, "401 ticket_for_other"},
            {"GET", "?feed=main&ticket=" + ticket, "401 ticket_for_other"},
            {"GET", "?feed=main&type=**&ticket=" + ticket, "401 ticket_for_other"},
            {"GET", "?feed=main&type=com.**&subject=a&ticket=" + ticket, "401 ticket_for_other"},
            {"GET", "?type=com.**&ticket=x" + ticket, "401 ticket_invalid"},
            {"GET", "?type=com.**&ticket=", "401 ticket_invalid"},
            {"POST", "?type=com.**&ticket=" + ticket, "401 token_missing"},
            {"GET", "/feeds/main?type=com.**&ticket=" + ticket, "401 token_missing"},
            {"GET", "/consumers?type=com.**&ticket=" + ticket, "401 token_missing"},
            {"PUT", "/consumers/a?type=com.**&ticket=" + ticket, "401 token_missing"},
            {"POST", "/ticket?type=com.**&ticket=" + ticket, "401 token_missing"},
        };
        for (String[] row : table) {
            Reply reply = server.call(HttpMethod.valueOf(row[0]), row[1], "", "", "");
            assertEquals(row[2], reply.status() + " " + reply.code(), row[1]);
            assertFalse(reply.body().toString().contains(ticket));
        }
    }

    @Test
    void a_ticket_has_a_time_and_ends_with_its_token() throws Exception {
        Reply reply = server.call(HttpMethod.POST, "/ticket", ann, "", "");
        long left = Duration.between(Instant.now(), Instant.parse(reply.json().getString("expires_at")))
                .toSeconds();
        assertTrue(left > 50 && left <= 60, () -> "" + left);
        String brief = server.token("acme", FeedRights.ALL, Duration.ofSeconds(20), Scope.EVENTS_READ);
        Reply soon = server.call(HttpMethod.POST, "/ticket?ttl_s=3600", brief, "", "");
        assertTrue(Instant.parse(soon.json().getString("expires_at"))
                .isBefore(Instant.now().plusSeconds(21)));
        for (String ttl : List.of("0", "-1", "3601", "x", "", "99999999999999999999")) {
            assertEquals(
                    "bad_parameter",
                    server.call(HttpMethod.POST, "/ticket?ttl_s=" + ttl, ann, "", "")
                            .code());
        }
        assertEquals(405, server.get("/ticket", ann).status());
    }

    @Test
    void without_a_secret_that_all_nodes_have_there_are_no_tickets() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        var pair = rsa.generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Path file = Files.writeString(folder.resolve("public.pem"), pem);
        try (Server other = Server.start(folder.resolve("other"), "--jwt-public-key-file", file.toString())) {
            Reply reply = other.get("?ticket=a.b", "");
            assertEquals("503 tickets_unavailable", reply.status() + " " + reply.code());
            Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
            long now = Instant.now().getEpochSecond();
            String unsigned =
                    base64.encodeToString("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                            + "."
                            + base64.encodeToString(
                                    ("{\"iss\":\"millrace\",\"aud\":\"millrace\",\"sub\":\"ann\",\"scope\":\"events:read\",\"iat\":"
                                                    + now + ",\"exp\":" + (now + 600) + "}")
                                            .getBytes(StandardCharsets.UTF_8));
            var signature = java.security.Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(unsigned.getBytes(StandardCharsets.UTF_8));
            String token = unsigned + "." + base64.encodeToString(signature.sign());
            assertEquals(
                    "tickets_unavailable",
                    other.call(HttpMethod.POST, "/ticket", token, "", "").code());
            assertEquals(200, other.get("/feeds/main", token).status());
        }
    }

    // Rights

    @Test
    void rights_of_feeds_hold_on_every_path() throws Exception {
        String id = published("a");
        server.publish("?feed=orders.eu", ann, event("b"));
        server.commit("c", ann, "{\"id\":\"" + id + "\"}");
        server.commit("c?feed=orders.eu", ann, "{\"id\":\"0-0\"}");
        FeedRights orders = FeedRights.of(Optional.of(List.of("orders.*")), Optional.of(List.of()));
        String bob = server.token("acme", orders, Duration.ofHours(1), Scope.values());
        List<String> answers = Stream.of(
                        server.get("?feed=main", bob),
                        server.get("/feeds/main", bob),
                        server.commit("c?feed=main", bob, "{\"id\":\"0-0\"}"),
                        server.call(HttpMethod.DELETE, "/consumers/c", bob, "", ""),
                        server.call(HttpMethod.POST, "/ticket", bob, "", ""),
                        server.publish("", bob, event("c")),
                        server.publish("?feed=orders.eu", bob, event("c")))
                .map(reply -> reply.status() + " " + reply.code())
                .distinct()
                .toList();
        assertEquals(List.of("403 feed_forbidden"), answers);
        assertEquals(200, server.get("/feeds/orders.eu", bob).status());
        JsonArray seen = server.get("/consumers", bob).json().getJsonArray("consumers");
        assertEquals(1, seen.size());
        assertEquals("orders.eu", seen.getJsonObject(0).getString("feed"));
        assertTrue(server.stream("?feed=orders.eu&from=earliest", bob)
                .until("data: ")
                .contains("\"b\""));
    }

    @Test
    void scopes_are_asked_for() throws Exception {
        String reads = server.token("acme", FeedRights.ALL, Duration.ofHours(1), Scope.EVENTS_READ);
        String publishes = server.token("acme", FeedRights.ALL, Duration.ofHours(1), Scope.EVENTS_PUBLISH);
        assertEquals("scope_missing", server.publish("", reads, event("a")).code());
        for (String path : List.of("", "/feeds/main", "/consumers")) {
            assertEquals("scope_missing", server.get(path, publishes).code());
        }
        assertEquals(
                "scope_missing",
                server.commit("a", publishes, "{\"id\":\"0-0\"}").code());
        assertEquals(
                "scope_missing",
                server.call(HttpMethod.POST, "/ticket", publishes, "", "").code());
        assertEquals(
                "token_missing",
                server.call(HttpMethod.POST, "", "", SINGLE, event("a")).code());
        assertEquals(
                "token_missing",
                server.call(HttpMethod.POST, "", "", BATCH, "[]").code());
    }

    @Test
    void tenants_never_see_each_other() throws Exception {
        String globex = server.token("globex");
        published("a");
        assertEquals(0, server.get("/feeds/main", globex).json().getInteger("events"));
        assertFalse(first(server.publish("", globex, event("a"))).getBoolean("duplicate"));
        server.commit("c", ann, "{\"id\":\"0-0\"}");
        assertTrue(server.get("/consumers", globex)
                .json()
                .getJsonArray("consumers")
                .isEmpty());
        String ticket =
                server.call(HttpMethod.POST, "/ticket", globex, "", "").json().getString("ticket");
        server.publish("", ann, event("mine"));
        server.publish("", globex, event("theirs"));
        String wire = server.stream("?from=earliest&ticket=" + ticket, "").until("theirs");
        assertFalse(wire.contains("mine"), wire);
    }
}

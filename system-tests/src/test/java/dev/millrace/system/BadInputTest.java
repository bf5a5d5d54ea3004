package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.auth.Scope;
import dev.millrace.system.BadInputWire.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes over the wire gets the answer that is written beside it, the next request is served, and nothing is left
 * behind: no reader, no timer, no line in the log.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {

    private static final String CHAT = "/api/chat";
    private static final String SESSIONS = "/api/chat/sessions";
    private static final String EVENTS = "/api/events";
    private static final String AUDIO = "/api/audio";
    private static final String JSON = "application/json";
    private static final String CLOUD_EVENT = "application/cloudevents+json";

    private BadInputServer server;
    private String token;
    private String stranger;
    private String run;
    private String session;
    private String head;
    private String first;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = new BadInputServer(folder);
        token = server.token("ada");
        stranger = server.token("eve");
        Answer answer = ask(post(CHAT, "{\"message\":\"How do I resume a stream?\"}"));
        run = answer.header("X-Run-Id").orElseThrow();
        session = answer.header("X-Session-Id").orElseThrow();
        List<String> ids =
                answer.body().lines().filter(line -> line.startsWith("id: ")).toList();
        first = ids.get(1).substring(4);
        head = ids.get(ids.size() - 1).substring(4);
        assertEquals(202, ask(event("/api/events?feed=news", "{" + EVENT + "}")).status());
    }

    private static final String EVENT = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/test\",\"type\":\"a.b\"";

    @AfterEach
    void theNextRequestIsServedOnANewConnection() throws Exception {
        assertEquals(200, ask(get(SESSIONS)).status());
    }

    @AfterAll
    void nothingIsLeftBehind() throws Exception {
        server.reaches(() -> server.gateway.heartbeats().timers() == 0);
        server.reaches(() -> server.gateway.log().tails() == 0);
        server.reaches(() -> server.gateway.log().windows() == 0);
        assertEquals(List.of(), server.complaints());
        server.close();
    }

    // ---- the table -----------------------------------------------------------------------------------------------

    /** A request and its stated answer. */
    private record Row(
            String name, byte[] request, int status, String code, String detail, Map<String, String> headers) {

        Row(String name, byte[] request, int status, String code, String detail) {
            this(name, request, status, code, detail, Map.of());
        }

        Row and(String header, String value) {
            Map<String, String> more = new java.util.TreeMap<>(headers);
            more.put(header, value);
            return new Row(name, request, status, code, detail, more);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"bodies", "events", "parameters", "places", "methods", "credentials", "http", "sockets"})
    void aMalformedRequestGetsItsAnswer(Row row) throws Exception {
        try (BadInputWire wire = server.connect()) {
            Answer answer = wire.send(row.request).answer();
            assertProblem(answer, row.status, row.code, row.detail);
            row.headers.forEach(
                    (name, value) -> assertEquals(value, answer.header(name).orElse("absent"), name));
        }
    }

    private void assertProblem(Answer answer, int status, String code, String detail) {
        String all = answer.head() + "\n\n" + answer.body();
        assertEquals(status, answer.status(), all);
        assertEquals("application/problem+json", answer.header("Content-Type").orElse("absent"), all);
        assertEquals("no-store", answer.header("Cache-Control").orElse("absent"), all);
        JsonObject problem = answer.json();
        assertTrue(problem.fieldNames().containsAll(Set.of("type", "title", "status", "detail", "code")), all);
        assertEquals("urn:millrace:problem:" + code, problem.getString("type"), all);
        assertEquals(code, problem.getString("code"), all);
        assertEquals(status, problem.getInteger("status"), all);
        assertFalse(problem.getString("title").isBlank(), all);
        assertTrue(problem.getString("detail").contains(detail), all);
        assertEquals(status == 401, answer.header("WWW-Authenticate").isPresent(), all);
        assertEquals(status == 405, answer.header("Allow").isPresent(), all);
        for (String secret : List.of(token, stranger, "Exception", "jackson", "JsonReadFeature", "StreamRead")) {
            assertFalse(all.contains(secret), all);
        }
    }

    Stream<Row> bodies() {
        List<Row> rows = new ArrayList<>();
        bad(rows, "an empty body", "", "bad_json", "The body is empty");
        bad(rows, "a body of blanks", " \n ", "bad_json", "The body is empty");
        bad(rows, "null", "null", "not_an_object", "and is null");
        bad(rows, "an array", "[]", "not_an_object", "and is an array");
        bad(rows, "a string", "\"x\"", "not_an_object", "and is a string");
        bad(rows, "a number", "1", "not_an_object", "and is a number");
        bad(rows, "a boolean", "true", "not_an_object", "and is a boolean");
        bad(rows, "an object that does not end", "{", "bad_json", "expected close marker for Object.");
        bad(rows, "a key without quotes", "{message:1}", "bad_json", "expecting double-quote");
        bad(rows, "a comma too much", "{\"message\":\"a\",}", "bad_json", "expecting double-quote");
        bad(rows, "text after the object", "{\"message\":\"a\"}x", "bad_json", "Unrecognized token");
        bad(rows, "two objects", "{\"message\":\"a\"}{}", "bad_json", "trailing token");
        bad(rows, "broken JSON in a part", "{\"message\":[{\"type\":}]}", "bad_json", "expected a value");
        bad(rows, "broken JSON in the metadata", "{\"message\":\"a\",\"metadata\":{\"x\":[1,}}", "bad_json", "value");
        bad(rows, "an unknown escape", "{\"message\":\"\\x\"}", "bad_json", "escape");
        bad(rows, "a bare control character", "{\"message\":\"a\1b\"}", "bad_json", "unquoted character");
        bad(rows, "NaN", "{\"message\":NaN}", "bad_json", "Non-standard token 'NaN'.");
        bad(rows, "100,000 arrays in one another", nested(100_000), "bad_json", "nesting depth");
        bad(rows, "a number of 2,000 digits", "{\"timeout_ms\":" + "9".repeat(2000) + "}", "bad_json", "Number value");
        bad(rows, "a bare NUL", "{\"message\":\"a\0b\"}", "bad_encoding", "not UTF-8");
        rows.add(bad("bytes that are not UTF-8", latin1("{\"message\":\"\u00ff\"}"), "bad_encoding", "not UTF-8"));
        rows.add(bad("an overlong NUL", latin1("{\"message\":\"\u00c0\u0080\"}"), "bad_encoding", "not UTF-8"));
        rows.add(bad("half a character", latin1("{\"message\":\"\u00e2\u0082\"}"), "bad_encoding", "not UTF-8"));
        rows.add(bad(
                "UTF-16", "{\"message\":\"resume\"}".getBytes(StandardCharsets.UTF_16LE), "bad_encoding", "not UTF-8"));
        bad(
                rows,
                "a message twice, the last a number",
                "{\"message\":\"a\",\"message\":5}",
                "bad_field",
                "is a number");
        bad(rows, "a message that is a number", "{\"message\":5}", "bad_field", "a string or an array of parts");
        bad(rows, "a message that is an object", "{\"message\":{}}", "bad_field", "and is an object");
        bad(rows, "a blank message", "{\"message\":\" \\n\"}", "bad_field", "'message' is empty");
        bad(rows, "no parts", "{\"message\":[]}", "bad_field", "'message' is empty");
        bad(rows, "a blank part", "{\"message\":[{\"type\":\"text\",\"text\":\" \"}]}", "bad_field", "is empty");
        bad(rows, "a part that is a string", "{\"message\":[\"a\"]}", "bad_field", "'message[]' takes parts like");
        bad(rows, "a part that is null", "{\"message\":[null]}", "bad_field", "'message[]' takes parts like");
        bad(
                rows,
                "a part of another type",
                "{\"message\":[{\"type\":\"image\",\"url\":\"x\"}]}",
                "bad_field",
                "'message[]'");
        bad(
                rows,
                "a part whose text is a number",
                "{\"message\":[{\"type\":\"text\",\"text\":1}]}",
                "bad_field",
                "'message[]'");
        bad(rows, "no message", "{}", "unknown_protocol", "native, ai-sdk and ag-ui");
        bad(rows, "a null message", "{\"message\":null}", "unknown_protocol", "native, ai-sdk and ag-ui");
        bad(
                rows,
                "the body of an AI SDK without a message",
                "{\"id\":\"c\",\"trigger\":\"submit-message\",\"messages\":[]}",
                "unknown_protocol",
                "native");
        bad(rows, "a chat without a name", ask("\"role\":\"user\"", ""), "bad_field", "'id' is missing");
        bad(rows, "a message without text", ask("\"role\":\"user\"", NAMED), "bad_field", "has no text");
        bad(rows, "an answer to nothing", ask("\"role\":\"assistant\"", NAMED), "bad_field", "no result of a tool");
        String threaded = "\"threadId\":\"t\",\"runId\":\"r\"";
        bad(rows, "a thread without a name", "{\"threadId\":\"\",\"runId\":\"r\"}", "bad_field", "'threadId'");
        bad(rows, "a thread without messages", "{" + threaded + "}", "bad_field", "'messages' must be an array");
        bad(
                rows,
                "a thread without a question",
                "{" + threaded + ",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]}",
                "bad_field",
                "has no message of the user");
        bad(
                rows,
                "an interrupt without a name",
                "{" + threaded + ",\"messages\":[],\"resume\":[{}]}",
                "bad_field",
                "'resume[]' must have an 'interruptId'");
        bad(
                rows,
                "a tool without a name",
                "{\"message\":\"a\",\"tools\":[{}]}",
                "bad_field",
                "'tools[]' must be a string, or an object with a name");
        bad(
                rows,
                "a tool whose name no model takes",
                "{\"message\":\"a\",\"tools\":[{\"name\":\"rm -rf\"}]}",
                "bad_field",
                "'tools[]' must have names of 1 to 64");
        bad(
                rows,
                "a tool that is called like one of ours",
                "{\"message\":\"a\",\"tools\":[{\"name\":\"search_docs\"}]}",
                "tool_name_taken",
                "'search_docs'");
        field(rows, "session", "1", "'session' must be a string, and is a number.");
        field(rows, "detach", "\"yes\"", "'detach' must be true or false, and is a string.");
        field(rows, "if_running", "1", "'if_running' must be a string, and is a number.");
        field(rows, "if_running", "\"maybe\"", "'if_running' must be 'enqueue', 'interrupt' or 'reject'.");
        field(rows, "timeout_ms", "\"5\"", "'timeout_ms' must be a whole number from 1 to 3600000, and is a string.");
        field(rows, "timeout_ms", "1.5", "must be a whole number from 1 to 3600000, and is 1.5.");
        field(rows, "timeout_ms", "1e999", "must be a whole number from 1 to 3600000, and is Infinity.");
        field(rows, "timeout_ms", "0", "'timeout_ms' must be between 1 and 3600000, and is 0.");
        field(rows, "timeout_ms", "3600001", "and is 3600001.");
        field(rows, "tools", "\"search_docs\"", "'tools' must be an array, and is a string.");
        field(rows, "tools", "[1]", "'tools[]' must be a string, or an object with a name, and is a number.");
        field(rows, "tools", "[null]", "'tools[]' must be a string, or an object with a name, and is null.");
        field(rows, "metadata", "[]", "'metadata' must be an object, and is an array.");
        field(rows, "metadata", "\"x\"", "'metadata' must be an object, and is a string.");
        rows.add(new Row(
                "a tool that is not there",
                bytes(post(CHAT, "{\"message\":\"a\",\"tools\":[\"rm\"]}")),
                400,
                "unknown_tool",
                "'tools' has 'rm', and there is: search_docs."));
        for (String key : List.of("x".repeat(256), "")) {
            rows.add(new Row(
                    "an idempotency key of " + key.length() + " characters",
                    bytes(post(CHAT, "{\"message\":\"a\"}").with("Idempotency-Key", key)),
                    400,
                    "bad_idempotency_key",
                    "1 to 255 characters"));
        }
        for (String type :
                List.of("text/plain", "multipart/form-data; boundary=x", "multipart/form-data", CLOUD_EVENT)) {
            rows.add(new Row(
                    "a chat body of " + type,
                    bytes(new Request("POST", CHAT).token(token).body(type, "{\"message\":\"a\"}")),
                    415,
                    "unsupported_media_type",
                    "This route takes application/json, not '" + type.split(";")[0] + "'."));
        }
        rows.add(new Row(
                "a chat body without a type",
                bytes(new Request("POST", CHAT).token(token)),
                415,
                "unsupported_media_type",
                "not a body without Content-Type"));
        for (String protocol : List.of("ai-sdk@8", "ag-ui@2", "", "%0d%0aX-Evil:%201")) {
            rows.add(new Row(
                    "protocol=" + protocol,
                    bytes(post(CHAT + "?protocol=" + protocol, "{\"message\":\"a\"}")),
                    400,
                    "unknown_protocol",
                    "is not spoken here"));
        }
        rows.add(new Row(
                "another protocol in the header",
                bytes(post(CHAT, "{\"message\":\"a\"}").with("X-Stream-Protocol", "a2a")),
                400,
                "unknown_protocol",
                "'a2a' is not spoken here"));
        return rows.stream();
    }

    Stream<Row> events() {
        List<Row> rows = new ArrayList<>();
        cloud(rows, "an empty event", "", "bad_json", "The body is empty");
        cloud(rows, "an array of events", "[]", "not_an_object", "and is an array");
        cloud(rows, "an event without specversion", "{}", "bad_event", "'specversion' must be \"1.0\"");
        cloud(rows, "an event of 0.3", "{\"specversion\":\"0.3\"}", "bad_event", "'specversion' must be \"1.0\"");
        cloud(rows, "a specversion that is a number", "{\"specversion\":1.0}", "bad_event", "must be \"1.0\"");
        cloud(rows, "an event without id", "{\"specversion\":\"1.0\"}", "bad_event", "'id' is missing");
        cloud(rows, "an event with an empty id", "{\"specversion\":\"1.0\",\"id\":\"\"}", "bad_event", "'id' is empty");
        cloud(
                rows,
                "an id that is a number",
                "{\"specversion\":\"1.0\",\"id\":1}",
                "bad_field",
                "'id' must be a string");
        cloud(rows, "no source", "{\"specversion\":\"1.0\",\"id\":\"1\"}", "bad_event", "'source' is missing");
        for (String type : List.of("gap", "a.b data: x", "a.\u00f6", "a." + "b".repeat(255))) {
            String event = EVENT.replace("a.b", type);
            cloud(
                    rows,
                    "the type " + type,
                    "{" + event + "}",
                    "bad_event",
                    type.contains("\\n")
                            ? "'type' has a control character"
                            : "'type' must be printable ASCII with a dot");
        }
        String broken = EVENT.replace("a.b", "a.b\\ndata: x");
        cloud(rows, "a type of two lines", "{" + broken + "}", "bad_event", "'type' has a control character");
        rows.add(new Row(
                "an event as plain JSON",
                bytes(post(EVENTS, "{}")),
                415,
                "unsupported_media_type",
                "application/cloudevents+json or application/cloudevents-batch+json, not 'application/json'"));
        for (String feed : List.of("", "A", "..", "a/b", "a".repeat(65), "a%0d%0aX-Evil:%201", "%00", "main%20")) {
            rows.add(row("feed=" + feed, EVENTS + "?feed=" + feed, 400, "bad_parameter", "feed must have 1 to 64"));
        }
        return rows.stream();
    }

    Stream<Row> parameters() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of(EVENTS, CHAT + "/" + run)) {
            for (String id : List.of(
                    "",
                    "x",
                    "1",
                    "-1-1",
                    "01-1",
                    "1-01",
                    "1-",
                    "-",
                    "1-1-1",
                    "+1-1",
                    "1-1%0a",
                    "%201-1",
                    "9223372036854775808-1",
                    "1-99999999999999999999",
                    "1".repeat(50) + "-1",
                    "*",
                    "$")) {
                rows.add(row(
                        path.substring(0, 9) + " last_event_id=" + id,
                        path + "?last_event_id=" + id,
                        400,
                        "bad_position",
                        "last_event_id must be an event id like 42-1795165913943"));
            }
            for (String from : List.of(
                    "",
                    "yesterday",
                    "-5",
                    "99999999999999999999",
                    "2026-13-01T00:00:00Z",
                    "2026-11-20",
                    "EARLIEST",
                    "%2B1000000000-12-31T00:00:00Z",
                    "1.5")) {
                rows.add(row(
                        path.substring(0, 9) + " from=" + from,
                        path + "?from=" + from,
                        400,
                        "bad_position",
                        "from must be"));
            }
            for (String onGap : List.of("other", "", "FAIL")) {
                rows.add(row(
                        "on_gap=" + onGap,
                        path + "?on_gap=" + onGap,
                        400,
                        "bad_parameter",
                        "on_gap can only be 'fail'"));
            }
        }
        for (String limit : List.of("0", "101", "-1", "x", "", "1.5", "99999999999")) {
            rows.add(row("limit=" + limit, SESSIONS + "?limit=" + limit, 400, "bad_parameter", "from 1 to 100"));
        }
        for (String before : List.of("", "x", "ses_" + "a".repeat(32), run)) {
            rows.add(row(
                    "before=" + before, SESSIONS + "?before=" + before, 400, "bad_parameter", "one of your sessions"));
        }
        String query = CHAT + "/" + run + "?on_gap=fail&last_event_id=";
        rows.add(row("an id beyond the head, with on_gap=fail", query + "999-1", 409, "reset", "cannot go on exactly"));
        rows.add(row("an id of another log, with on_gap=fail", query + "1-1", 409, "reset", "cannot go on exactly"));
        for (String path : List.of(
                SESSIONS + "?limit=%zz",
                SESSIONS + "?before=%",
                SESSIONS + "?x=%2",
                EVENTS + "?feed=%zz",
                "/%zz",
                CHAT + "/%zz",
                CHAT + "/%",
                CHAT + "/sessions/%g0",
                EVENTS + "?from=%u0041",
                CHAT + "/" + run + "?on_gap=%")) {
            rows.add(row("the escape in " + path, path, 400, "bad_escape", "'%' without two hexadecimal digits"));
        }
        return rows.stream();
    }

    Stream<Row> places() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of(
                "/x",
                "/api",
                "*",
                "/API/CHAT",
                "/../etc/passwd",
                "/health/live",
                "/api/chat;x=1",
                CHAT + "/a/b/c",
                EVENTS + "/feed/main")) {
            rows.add(row("the path " + path, path, 404, "no_such_route", "/api/chat, /api/audio and /api/events"));
        }
        for (String id : List.of(
                "x",
                "run_",
                "run_x",
                "%00",
                "..%2f..",
                "%ff",
                "a".repeat(4000),
                run.substring(0, 35),
                run + "a",
                run.substring(0, 35) + (run.endsWith("a") ? "b" : "a"),
                run.replace("run_", "ses_"),
                session)) {
            rows.add(row("the run " + id, CHAT + "/" + id, 404, "not_found", "no such run, or it is not yours"));
        }
        for (String id : List.of("x", "ses_", run, session.replace("ses_", "run_"), session + "a")) {
            rows.add(row("the session " + id, SESSIONS + "/" + id, 404, "not_found", "no such session"));
        }
        rows.add(foreign("GET", CHAT + "/" + run, "run"));
        rows.add(foreign("DELETE", CHAT + "/" + run, "run"));
        rows.add(foreign("GET", SESSIONS + "/" + session, "session"));
        rows.add(foreign("DELETE", SESSIONS + "/" + session, "session"));
        for (Request request : List.of(
                new Request("POST", CHAT + "/" + run + "/input").body(JSON, "{\"input\":\"in_1\",\"text\":\"a\"}"),
                new Request("POST", CHAT).body(JSON, "{\"message\":\"a\",\"session\":\"" + session + "\"}"))) {
            rows.add(new Row(
                    "somebody else's " + request.path, bytes(request.token(stranger)), 404, "not_found", "not yours"));
        }
        rows.add(new Row(
                "input for a run that is over",
                bytes(post(CHAT + "/" + run + "/input", "{\"input\":\"in_1\",\"text\":\"a\"}")),
                409,
                "run_over",
                "The run is over"));
        Map.of(
                        "{\"text\":\"a\"}",
                        "'input' is missing; it is an id that you choose.",
                        "{\"input\":\"\",\"text\":\"a\"}",
                        "'input' must have 1 to 255 characters.",
                        "{\"input\":1,\"text\":\"a\"}",
                        "'input' must be a string, and is a number.",
                        "{\"input\":\"in_1\"}",
                        "'text' is missing; say one of 'text', 'output' and 'approved'.",
                        "{\"input\":\"in_1\",\"text\":\"a\",\"approved\":true}",
                        "'approved' stands beside 'text'; say one of them.",
                        "{\"input\":\"in_1\",\"text\":\" \"}",
                        "'text' is empty.",
                        "{\"input\":\"in_1\",\"text\":\"" + "a".repeat(65_537) + "\"}",
                        "'text' is longer than 65536 characters.",
                        "{\"input\":\"in_1\",\"approved\":\"yes\"}",
                        "'approved' must be true or false, and is a string.",
                        "{\"input\":\"in_1\",\"request\":1,\"text\":\"a\"}",
                        "'request' must be a string, and is a number.")
                .forEach((body, detail) -> rows.add(new Row(
                        "input: " + detail, bytes(post(CHAT + "/" + run + "/input", body)), 400, "bad_field", detail)));
        rows.add(new Row(
                "input that is no JSON", bytes(post(CHAT + "/" + run + "/input", "{")), 400, "bad_json", "not JSON"));
        return rows.stream();
    }

    Stream<Row> methods() {
        Map<String, String> allowed = Map.of(
                CHAT,
                "POST",
                SESSIONS,
                "GET",
                SESSIONS + "/" + session,
                "GET, PATCH, DELETE",
                CHAT + "/" + run,
                "GET, DELETE",
                CHAT + "/" + run + "/input",
                "POST",
                CHAT + "/" + session + "/stream",
                "GET",
                CHAT + "/" + session + "/stop",
                "POST",
                EVENTS,
                "GET, POST",
                AUDIO,
                "GET");
        return allowed.entrySet().stream().flatMap(path -> Stream.of(
                        "GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO", "get")
                .filter(method -> !List.of(path.getValue().split(", ")).contains(method))
                .map(method -> new Row(
                                method + " " + path.getKey(),
                                bytes(new Request(method, path.getKey()).token(token)),
                                405,
                                "method_not_allowed",
                                method + " is not for this path, which takes " + path.getValue() + ".")
                        .and("Allow", path.getValue())));
    }

    /** Every route with every kind of token that must not pass. */
    Stream<Row> credentials() {
        Map<Request, Scope> routes = new java.util.LinkedHashMap<>();
        routes.put(new Request("POST", CHAT).body(JSON, "{\"message\":\"a\"}"), Scope.EVENTS_READ);
        routes.put(new Request("GET", SESSIONS), Scope.EVENTS_READ);
        routes.put(new Request("GET", SESSIONS + "/" + session), Scope.AUDIO);
        routes.put(new Request("DELETE", SESSIONS + "/" + session), Scope.AUDIO);
        routes.put(new Request("GET", CHAT + "/" + run), Scope.EVENTS_PUBLISH);
        routes.put(new Request("DELETE", CHAT + "/" + run), Scope.EVENTS_PUBLISH);
        routes.put(new Request("POST", CHAT + "/" + run + "/input").body(JSON, "{}"), Scope.AUDIO);
        routes.put(new Request("GET", CHAT + "/" + session + "/stream"), Scope.AUDIO);
        routes.put(new Request("POST", CHAT + "/" + session + "/stop").body(JSON, "{}"), Scope.AUDIO);
        routes.put(new Request("GET", EVENTS), Scope.EVENTS_PUBLISH);
        routes.put(new Request("POST", EVENTS).body(CLOUD_EVENT, "{" + EVENT + "}"), Scope.EVENTS_READ);
        routes.put(upgrade(), Scope.CHAT);
        long now = System.currentTimeMillis() / 1000;
        String expired = forge(claims(now - 100, now - 60));
        List<Row> rows = new ArrayList<>();
        routes.forEach((route, wrong) -> {
            String name = route.method + " " + route.path;
            rows.add(new Row(name + " without a token", bytes(route), 401, "token_missing", "none was sent")
                    .and("WWW-Authenticate", "Bearer realm=\"millrace\""));
            rows.add(new Row(
                    name + " with garbage", bytes(route.token("garbage")), 401, "token_malformed", "not a JWT"));
            rows.add(
                    new Row(name + " with an old token", bytes(route.token(expired)), 401, "token_expired", "expired"));
            rows.add(new Row(
                    name + " with the scope " + wrong,
                    bytes(route.token(server.token(wrong))),
                    403,
                    "scope_missing",
                    "does not have the scope"));
        });
        Request list = new Request("GET", SESSIONS);
        for (String header : List.of("", "Bearer", "Basic YTpi", "Bearer a b", token)) {
            rows.add(new Row(
                    "Authorization of " + header.length() + " characters",
                    bytes(list.with("Authorization", header)),
                    401,
                    "token_missing",
                    "none was sent"));
        }
        Map<String, JsonObject> claims = Map.of(
                "token_invalid", claims(now, now + 60).put("iss", "somebody"),
                "token_too_long_lived", claims(now, now + 100_000_000),
                "token_not_yet_valid", claims(now, now + 60).put("nbf", now + 50),
                "token_malformed", claims(now, now + 60).put("sub", 5));
        claims.forEach((code, json) ->
                rows.add(new Row("a token that is " + code, bytes(list.token(forge(json))), 401, code, "The token")));
        String unsigned = base64("{\"alg\":\"none\"}") + "."
                + base64(claims(now, now + 60).encode()) + ".";
        rows.add(new Row("an unsigned token", bytes(list.token(unsigned)), 401, "token_invalid", "algorithm"));
        rows.add(new Row(
                "a token with another signature",
                bytes(list.token(token.substring(0, token.length() - 8) + "AAAAAAAA")),
                401,
                "token_invalid",
                "signature"));
        rows.add(row(
                "a token in the query",
                SESSIONS + "?access_token=" + "x".repeat(20),
                "",
                401,
                "token_missing",
                "none"));
        return rows.stream();
    }

    Stream<Row> http() {
        String auth = "Authorization: Bearer " + token + "\r\n";
        String start = "POST /api/chat HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Type: application/json\r\n";
        List<Row> rows = new ArrayList<>();
        rows.add(row(
                "a request line of 9,000 bytes",
                CHAT + "/" + "a".repeat(9_000),
                414,
                "request_line_too_long",
                "8 KiB"));
        rows.add(row(
                "a request line of 200,000 bytes", "/" + "a".repeat(200_000), 414, "request_line_too_long", "8 KiB"));
        rows.add(new Row(
                "a header of 17,000 bytes",
                bytes(get(SESSIONS).with("X-A", "a".repeat(17_000))),
                431,
                "headers_too_large",
                "16 KiB"));
        rows.add(new Row(
                "four hundred headers",
                latin1("GET / HTTP/1.1\r\nHost: x\r\n" + ("X-A: " + "a".repeat(60) + "\r\n").repeat(400) + "\r\n"),
                431,
                "headers_too_large",
                "16 KiB"));
        broken(rows, "bytes that are no HTTP", "\0\1\2\r\n\r\n");
        broken(rows, "a TLS handshake", "\u0016\3\1\2\0\1\0\1\u00fc\3\3aaaaaaaaaaaaaaaaaaaa\r\n\r\n");
        broken(rows, "a request line without a version", "GET /api/chat\r\n\r\n");
        broken(rows, "a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n");
        broken(rows, "a blank before a colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n");
        broken(rows, "lines without CR", "GET / HTTP/1.1\nHost: x\n\n");
        broken(rows, "a bare CR in a header", "GET / HTTP/1.1\r\nX-A: a\rb\r\n\r\n");
        broken(rows, "a NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n");
        broken(rows, "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        broken(rows, "a negative length", start + "Content-Length: -5\r\n\r\n");
        broken(rows, "a length with a sign", start + "Content-Length: +5\r\n\r\nabcde");
        broken(rows, "a length that is no number", start + "Content-Length: 5x\r\n\r\nabcde");
        broken(rows, "a length beyond a long", start + "Content-Length: 99999999999999999999\r\n\r\nabcde");
        broken(rows, "two lengths", start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde");
        broken(rows, "an unknown transfer coding", start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
        broken(rows, "chunks in HTTP/1.0", start.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        String chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
        broken(rows, "a chunk size that is no number", chunked + "zz\r\n{}\r\n0\r\n\r\n");
        broken(rows, "a negative chunk size", chunked + "-1\r\n{}\r\n0\r\n\r\n");
        broken(rows, "a chunk size beyond an int", chunked + "ffffffffffffffff\r\n{}\r\n0\r\n\r\n");
        broken(rows, "a chunk longer than it says", chunked + "2\r\n{}XX0\r\n\r\n");
        broken(rows, "a huge trailer", chunked + "2\r\n{}\r\n0\r\nX: " + "a".repeat(20_000) + "\r\n\r\n");
        rows.add(new Row("no host", latin1("GET / HTTP/1.1\r\n\r\n"), 400, "bad_request", "not understood"));
        rows.add(new Row(
                "a host with blanks", latin1("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "bad_request", "GET"));
        rows.add(new Row(
                "an unknown expectation",
                latin1(start + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"),
                417,
                "bad_request",
                "POST"));
        rows.add(new Row(
                "HTTP/1.0 on a wrong path",
                latin1("GET /x HTTP/1.0\r\n\r\n"),
                404,
                "no_such_route",
                "nothing at this path"));
        return rows.stream();
    }

    Stream<Row> sockets() {
        Request good = upgrade().token(token);
        List<Row> rows = new ArrayList<>();
        rows.add(row("a voice session over GET", AUDIO, 426, "upgrade_required", "is a WebSocket")
                .and("Upgrade", "websocket"));
        rows.add(new Row(
                        "another WebSocket version",
                        bytes(good.with("Sec-WebSocket-Version", "99")),
                        426,
                        "upgrade_required",
                        "Sec-WebSocket-Version 13")
                .and("Sec-WebSocket-Version", "13"));
        for (Request bad : List.of(
                good.without("Sec-WebSocket-Key"),
                good.with("Sec-WebSocket-Key", "x"),
                good.with("Connection", "keep-alive"),
                good.version("HTTP/1.0"))) {
            rows.add(new Row(
                    "a handshake like " + bad.headers.keySet() + bad.version,
                    bytes(bad),
                    400,
                    "bad_handshake",
                    "begins with GET"));
        }
        rows.add(new Row(
                "another subprotocol",
                bytes(good.with("Sec-WebSocket-Protocol", "audio.v9")),
                400,
                "unsupported_subprotocol",
                "audio.v1 and no other"));
        for (String origin : List.of("https://evil.example", "null", "http://x.evil.example", "http://x:81", "")) {
            rows.add(new Row(
                    "a page of '" + origin + "'",
                    bytes(good.with("Origin", origin)),
                    403,
                    "origin_not_allowed",
                    "origin"));
        }
        rows.add(new Row(
                "two tokens among the subprotocols",
                bytes(upgrade().with("Sec-WebSocket-Protocol", "audio.v1, bearer." + token + ", bearer." + token)),
                401,
                "token_missing",
                "none was sent"));
        rows.add(new Row(
                "an upgrade on a chat path",
                bytes(post(CHAT, "{}").with("Connection", "Upgrade").with("Upgrade", "websocket")),
                400,
                "unknown_protocol",
                "of no protocol"));
        return rows.stream();
    }

    // ---- what a table cannot say ---------------------------------------------------------------------------------

    @Test
    void aHeadRequestGetsTheHeadOfA405() throws Exception {
        for (String path : List.of(CHAT, SESSIONS, CHAT + "/" + run, EVENTS, AUDIO)) {
            try (BadInputWire wire = server.connect()) {
                Answer answer =
                        wire.send(bytes(new Request("HEAD", path).token(token))).answerToHead();
                assertEquals(405, answer.status(), path);
                assertTrue(answer.header("Allow").isPresent(), path);
                assertArrayEquals(new byte[0], wire.rest(), path);
            }
        }
    }

    @Test
    void aLastEventIdThatIsNoneIsAResetInTheStreamOfARun() throws Exception {
        for (String id : List.of(
                "x", "1", "-", "1-", "-1", "01-5", "1-1, 2-2", "*", "$", "0", "9223372036854775808-1", "a\tb")) {
            assertReset("malformed", id, id.replace("\t", "\\t"));
        }
        assertReset("malformed", "1".repeat(5000), "1".repeat(64) + "\u2026");
        assertReset("identity", "1-1", "1-1");
        assertReset("beyond_head", "999-1", "999-1");
    }

    private void assertReset(String reason, String id, String shown) throws Exception {
        Answer answer = ask(get(CHAT + "/" + run).with("Last-Event-ID", id));
        assertEquals(200, answer.status());
        String cursor = reason.equals("malformed") ? "0-0" : id;
        String opening =
                "retry: 1000\nid: " + cursor + "\n\nevent: reset\ndata: {\"reason\":\"" + reason + "\",\"requested\":\""
                        + shown + "\",\"first\":\"" + first + "\",\"head\":\"" + head + "\"}\n\nid: " + first
                        + "\nevent: status\n";
        assertEquals(
                opening,
                answer.body()
                        .substring(0, Math.min(opening.length(), answer.body().length())));
        assertTrue(answer.body().contains("\nevent: done\n"), answer.body());
    }

    @Test
    void aLastEventIdThatIsNoneIsAResetInAFeedWhichGoesOnLive() throws Exception {
        try (BadInputWire wire = server.connect()) {
            wire.send(bytes(get(EVENTS + "?feed=news").with("Last-Event-ID", "nonsense")));
            assertTrue(wire.head().startsWith("HTTP/1.1 200"));
            String opening =
                    wire.chunksUntil("event: reset\ndata: {\"reason\":\"malformed\",\"requested\":\"nonsense\"");
            assertFalse(opening.contains("event: a.b"), opening);
            assertEquals(
                    202,
                    ask(event(
                                    EVENTS + "?feed=news",
                                    "{" + EVENT.replace("a.b", "live.one").replace("\"1\"", "\"2\"") + "}"))
                            .status());
            assertFalse(wire.chunksUntil("event: live.one").contains("event: a.b"));
        }
    }

    @Test
    void theHeaderWinsOverTheQueryAndAnEmptyOneIsNone() throws Exception {
        Answer both = ask(get(CHAT + "/" + run + "?last_event_id=" + head).with("Last-Event-ID", "0-0"));
        assertTrue(both.body().startsWith("retry: 1000\nid: 0-0\n\nid: " + first + "\n"), both.body());
        Answer bad = ask(get(CHAT + "/" + run + "?last_event_id=bad").with("Last-Event-ID", "0-0"));
        assertEquals(200, bad.status());
        Answer empty = ask(get(CHAT + "/" + run + "?last_event_id=" + head).with("Last-Event-ID", ""));
        assertEquals("retry: 1000\nid: " + head + "\n\n", empty.body());
    }

    @Test
    void theLastOfTwoEqualKeysCounts() throws Exception {
        assertEquals(
                200,
                ask(post(CHAT, "{\"message\":5,\"message\":\"How do I resume?\"}"))
                        .status());
    }

    @Test
    void anEscapedNulAndHalfASurrogateAreTextLikeAnyOther() throws Exception {
        Answer answer = ask(post(CHAT, "{\"message\":\"resume \\u0000 \\ud800\"}"));
        assertEquals(200, answer.status());
        Answer shown = ask(get(SESSIONS + "/" + answer.header("X-Session-Id").orElseThrow()));
        assertEquals(
                "resume \0 \ud800",
                shown.json().getJsonArray("messages").getJsonObject(0).getString("text"));
    }

    @Test
    void aBodyOfTenMegabytesIsRefusedInWordsTheClientCanRead() throws Exception {
        byte[] big = new byte[10 << 20];
        Arrays.fill(big, (byte) ' ');
        String start = "POST /api/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\n";
        try (BadInputWire wire = server.connect()) {
            wire.send(start + "Content-Length: " + big.length + "\r\n\r\n").send(big);
            assertProblem(wire.answer(), 413, "body_too_large", "larger than 1 MiB");
            assertArrayEquals(new byte[0], wire.rest());
        }
        try (BadInputWire wire = server.connect()) {
            wire.send(start + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(big.length) + "\r\n")
                    .send(big)
                    .send("\r\n0\r\n\r\n");
            assertProblem(wire.answer(), 413, "body_too_large", "larger than 1 MiB");
            assertArrayEquals(new byte[0], wire.rest());
        }
        try (BadInputWire wire = server.connect()) {
            wire.send(start + "Content-Length: " + big.length + "\r\n\r\n");
            assertProblem(wire.answer(), 413, "body_too_large", "larger than 1 MiB");
        }
    }

    @Test
    void whoAsksBeforeSendingABodyIsToldOnceAndOnlyIfItIsWanted() throws Exception {
        String body = "{\"message\":\"How do I resume a stream?\"}";
        String expect = "Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ";
        String start = "POST /api/chat HTTP/1.1\r\nHost: x\r\n" + expect;
        String auth = "\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        try (BadInputWire wire = server.connect()) {
            assertEquals(
                    "HTTP/1.1 100 Continue",
                    wire.send(start + body.length() + auth).answer().head());
            assertEquals(200, wire.send(body).answer().status());
        }
        try (BadInputWire wire = server.connect()) {
            assertProblem(wire.send(start + (10 << 20) + auth).answer(), 413, "body_too_large", "larger");
        }
        try (BadInputWire wire = server.connect()) {
            assertProblem(
                    wire.send(start + body.length() + "\r\n\r\n").answer(), 401, "token_missing", "none was sent");
        }
    }

    @Test
    void aRequestWithALengthAndChunksSmugglesNothing() throws Exception {
        String start = "POST /api/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\n";
        String smuggled = "GET /api/chat/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        for (String request : List.of(
                start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
                start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + smuggled,
                start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + smuggled,
                start + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + smuggled,
                start + "Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + smuggled)) {
            try (BadInputWire wire = server.connect()) {
                assertProblem(wire.send(request).answer(), 400, "bad_http", "RFC 9112");
                assertArrayEquals(new byte[0], wire.rest(), "one answer and then the end");
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderEachOnItsOwn() throws Exception {
        String auth = "Authorization: Bearer " + token + "\r\n";
        String body = "{\"message\":\"How do I resume a stream?\"}";
        try (BadInputWire wire = server.connect()) {
            wire.send("GET /api/chat/sessions?limit=x HTTP/1.1\r\nHost: x\r\n" + auth + "\r\n"
                    + "POST /api/chat HTTP/1.1\r\nHost: x\r\n" + auth
                    + "Content-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body
                    + "PUT /api/chat HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertEquals(400, wire.answer().status());
            Answer stream = wire.answer();
            assertEquals(200, stream.status());
            assertTrue(stream.body().contains("\nevent: done\n"), stream.body());
            assertEquals(405, wire.answer().status());
            assertEquals(404, wire.answer().status());
            assertArrayEquals(new byte[0], wire.rest());
        }
    }

    @Test
    void anHttp10ClientGetsAStreamThatEndsWithItsConnection() throws Exception {
        try (BadInputWire wire = server.connect()) {
            Answer answer = wire.send(
                            "GET /api/chat/" + run + " HTTP/1.0\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                    .answer();
            assertEquals(200, answer.status());
            assertEquals("absent", answer.header("Transfer-Encoding").orElse("absent"));
            assertTrue(answer.body().contains("\nevent: done\n"), answer.body());
        }
    }

    /** Every version but 1.0 and 1.1 is answered by the HTTP decoder, before there is a request of which we know. */
    @Test
    void anotherVersionOfHttpIsNotImplementedAndTheConnectionEnds() throws Exception {
        for (String line : List.of("GET / HTTP/9.9", "GET / HTTP/0.9", "GET / HTTQ/1.1", "PRI * HTTP/2.0")) {
            try (BadInputWire wire = server.connect()) {
                wire.send(line + "\r\nHost: x\r\n\r\n").shutdown();
                String rest = new String(wire.rest(), StandardCharsets.ISO_8859_1);
                assertTrue(rest.contains(" 501 Not Implemented\r\n"), rest);
            }
        }
    }

    @Test
    void anUpgradeToHttp2IsNotTaken() throws Exception {
        Answer answer = ask(get(SESSIONS)
                .with("Connection", "Upgrade, HTTP2-Settings, close")
                .with("Upgrade", "h2c")
                .with("HTTP2-Settings", "AAMAAABkAAQAAP__"));
        assertEquals(200, answer.status());
        assertTrue(answer.head().startsWith("HTTP/1.1 "), answer.head());
    }

    @Test
    void aClientThatLeavesInItsBodyIsNoNews() throws Exception {
        try (BadInputWire wire = server.connect()) {
            wire.send("POST /api/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"mess")
                    .shutdown();
            assertArrayEquals(new byte[0], wire.rest());
        }
    }

    @Test
    void aVoiceSessionIsOpenedAndToldWhatIsWrongAndItsTokenIsNotEchoed() throws Exception {
        List<Request> admitted = List.of(
                upgrade().with("Sec-WebSocket-Protocol", "audio.v1, bearer." + token),
                upgrade()
                        .with("Sec-WebSocket-Protocol", "bearer." + token + ",audio.v1")
                        .with("Origin", "http://x"),
                upgrade().with("Sec-WebSocket-Protocol", "audio.v1").token(token));
        for (Request request : admitted) {
            try (BadInputWire wire = server.connect()) {
                Answer answer = wire.send(bytes(request)).answer();
                assertEquals(101, answer.status(), answer.head());
                assertEquals("audio.v1", answer.header("Sec-WebSocket-Protocol").orElse("absent"));
                assertFalse(answer.head().contains(token.substring(0, 20)), answer.head());
                wire.send(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, '{'});
                byte[] error = wire.frame();
                assertEquals((byte) 0x81, error[0]);
                assertEquals(
                        "{\"type\":\"error\",\"code\":\"not_json\",\"message\":\"A text message is one JSON object.\","
                                + "\"fatal\":true}",
                        new String(error, 1, error.length - 1, StandardCharsets.UTF_8));
                byte[] close = wire.frame();
                assertEquals((byte) 0x88, close[0]);
                assertEquals(1007, (close[1] & 0xff) << 8 | close[2] & 0xff);
            }
        }
    }

    @Test
    void anotherBodyUnderTheSameIdempotencyKeyIsAConflict() throws Exception {
        assertEquals(
                200,
                ask(post(CHAT, "{\"message\":\"a\"}").with("Idempotency-Key", "k"))
                        .status());
        assertProblem(
                ask(post(CHAT, "{\"message\":\"b\"}").with("Idempotency-Key", "k")),
                409,
                "idempotency_mismatch",
                "new key");
    }

    @Test
    void aFullAgentSaysWhenToComeBack(@TempDir Path folder) throws Exception {
        // A minute between two tokens: the first run is still there when the second question comes.
        try (BadInputServer full = new BadInputServer(folder, "--max-runs", "1", "--token-pace", "60000");
                BadInputWire first = full.connect();
                BadInputWire second = full.connect()) {
            Request question =
                    new Request("POST", CHAT).token(full.token("ada")).body(JSON, "{\"message\":\"resume\"}");
            assertTrue(first.send(bytes(question)).head().startsWith("HTTP/1.1 200"));
            Answer answer = second.send(bytes(question)).answer();
            assertProblem(answer, 503, "busy", "All 1 places for runs are taken");
            assertTrue(answer.header("Retry-After").orElse("absent").matches("[1-5]"), answer.head());
            assertEquals(List.of(), full.complaints());
        }
    }

    @Test
    void withoutAnAgentAQuestionIsToldToComeBack(@TempDir Path folder) throws Exception {
        try (BadInputServer alone = new BadInputServer(folder, "--roles", "chat");
                BadInputWire wire = alone.connect()) {
            Answer answer = wire.send(bytes(
                            new Request("POST", CHAT).token(alone.token("ada")).body(JSON, "{\"message\":\"resume\"}")))
                    .answer();
            assertProblem(answer, 503, "no_agent", "No agent is running");
            assertTrue(answer.header("Retry-After").orElse("absent").matches("[1-5]"), answer.head());
        }
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    /** A request that is what it is made of, right or wrong. */
    private record Request(String method, String path, String version, Map<String, String> headers, byte[] body) {

        Request(String method, String path) {
            this(method, path, "HTTP/1.1", Map.of("Host", "x", "Connection", "close"), new byte[0]);
        }

        Request with(String name, String value) {
            Map<String, String> more = new java.util.TreeMap<>(headers);
            more.put(name, value);
            return new Request(method, path, version, more, body);
        }

        Request without(String name) {
            Map<String, String> less = new java.util.TreeMap<>(headers);
            less.remove(name);
            return new Request(method, path, version, less, body);
        }

        Request version(String other) {
            return new Request(method, path, other, headers, body);
        }

        Request token(String jwt) {
            return with("Authorization", "Bearer " + jwt);
        }

        Request body(String type, String text) {
            return body(type, text.getBytes(StandardCharsets.UTF_8));
        }

        Request body(String type, byte[] bytes) {
            Request typed = with("Content-Type", type).with("Content-Length", String.valueOf(bytes.length));
            return new Request(method, path, version, typed.headers, bytes);
        }
    }

    private static byte[] bytes(Request request) {
        StringBuilder head = new StringBuilder(request.method + " " + request.path + " " + request.version + "\r\n");
        request.headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = latin1(head + "\r\n");
        byte[] whole = Arrays.copyOf(start, start.length + request.body.length);
        System.arraycopy(request.body, 0, whole, start.length, request.body.length);
        return whole;
    }

    private Answer ask(Request request) throws IOException {
        try (BadInputWire wire = server.connect()) {
            return wire.send(bytes(request)).answer();
        }
    }

    private Request get(String path) {
        return new Request("GET", path).token(token);
    }

    private Request post(String path, String body) {
        return new Request("POST", path).token(token).body(JSON, body);
    }

    private Request event(String path, String body) {
        return new Request("POST", path).token(token).body(CLOUD_EVENT, body);
    }

    private static Request upgrade() {
        return new Request("GET", AUDIO)
                .with("Connection", "Upgrade")
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", "13")
                .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String nested(int depth) {
        return "{\"message\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private Row bad(String name, byte[] body, String code, String detail) {
        Request request = new Request("POST", CHAT).token(token).body(JSON, body);
        return new Row("a body that is " + name, bytes(request), 400, code, detail);
    }

    private static final String NAMED = ",\"id\":\"c\"";

    /** A body of the AI SDK, with a message that has no part. */
    private static String ask(String role, String more) {
        return "{\"messages\":[{" + role + ",\"parts\":[]}]" + more + "}";
    }

    private void bad(List<Row> rows, String name, String body, String code, String detail) {
        rows.add(bad(name, body.getBytes(StandardCharsets.UTF_8), code, detail));
    }

    private void field(List<Row> rows, String field, String value, String detail) {
        bad(rows, field + " " + value, "{\"message\":\"a\",\"" + field + "\":" + value + "}", "bad_field", detail);
    }

    private void cloud(List<Row> rows, String name, String body, String code, String detail) {
        rows.add(new Row(name, bytes(event(EVENTS, body)), 400, code, detail));
    }

    private Row row(String name, String path, int status, String code, String detail) {
        return new Row(name, bytes(get(path)), status, code, detail);
    }

    private Row row(String name, String path, String noToken, int status, String code, String detail) {
        return new Row(name, bytes(new Request("GET", path + noToken)), status, code, detail);
    }

    private Row foreign(String method, String path, String what) {
        return new Row(
                "somebody else's " + method + " " + path,
                bytes(new Request(method, path).token(stranger)),
                404,
                "not_found",
                "There is no such " + what + ", or it is not yours.");
    }

    private static void broken(List<Row> rows, String name, String request) {
        rows.add(new Row(name, latin1(request), 400, "bad_http", ""));
    }

    private static JsonObject claims(long issued, long expires) {
        return new JsonObject()
                .put("iss", "millrace")
                .put("aud", "millrace")
                .put("sub", "ada")
                .put("scope", "chat audio events:read events:publish")
                .put("iat", issued)
                .put("exp", expires);
    }

    /** Signed with the server's own key, whatever it says. */
    private String forge(JsonObject claims) {
        try {
            byte[] key = Base64.getUrlDecoder()
                    .decode(Files.readString(server.keyFile).strip());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String input = base64("{\"alg\":\"HS256\"}") + "." + base64(claims.encode());
            return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(latin1(input)));
        } catch (IOException | java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.auth.Unauthorized;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class ProblemTest {

    @Test
    void hasTheMembersOfRfc9457ThenTheCodeThenItsOwn() {
        assertEquals(
                "{\"type\":\"urn:millrace:problem:bad_field\",\"title\":\"Bad Request\",\"status\":400,"
                        + "\"detail\":\"'a' is wrong.\",\"code\":\"bad_field\",\"field\":\"a\"}",
                Problem.badRequest("bad_field", "'a' is wrong.")
                        .with("field", "a")
                        .toJson()
                        .encode());
    }

    @Test
    void whatIsNotThereAndWhatIsNotYoursReadAlike() {
        assertEquals(
                "There is no such run, or it is not yours.",
                Problem.notFound("run").getMessage());
        assertEquals(404, Problem.notFound("run").status());
    }

    @Test
    void costsNoStackTrace() {
        assertEquals(0, Problem.notFound("run").getStackTrace().length);
    }

    @Test
    void aRefusedTokenIsA401WithItsReason() {
        Problem problem = Credentials.problem(Unauthorized.missing());
        assertEquals(401, problem.status());
        assertEquals("token_missing", problem.code());
    }

    @Test
    void aBodyIsReadAsUtf8JsonOrRefusedInASentence() {
        assertEquals(new JsonObject().put("a", "ü"), Body.object(Buffer.buffer("{\"a\":\"ü\"}")));
        assertRefused("", "bad_json", "The body is empty; it must be a JSON object.");
        assertRefused("null", "not_an_object", "The body must be a JSON object, and is null.");
        assertRefused("[1]", "not_an_object", "The body must be a JSON object, and is an array.");
        assertRefused(
                "{", "bad_json", "The body is not JSON: Unexpected end-of-input: expected close marker for Object.");
        assertRefused("{\"a\":NaN}", "bad_json", "The body is not JSON: Non-standard token 'NaN'.");
        assertRefused("{\"a\":\"\0\"}", "bad_encoding", "The body is not UTF-8.");
    }

    private static void assertRefused(String body, String code, String detail) {
        Problem problem = assertThrows(Problem.class, () -> Body.object(Buffer.buffer(body)), body);
        assertEquals(code, problem.code());
        assertEquals(detail, problem.getMessage());
    }
}

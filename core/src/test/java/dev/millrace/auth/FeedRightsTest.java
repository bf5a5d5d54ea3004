package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedRightsTest {

    private static Caller caller(String claims) {
        return Claims.of(new JsonObject("{\"sub\":\"ann\",\"exp\":1800000060" + claims + "}"))
                .caller();
    }

    @ParameterizedTest(name = "a token with {0} reads {1}: {2}, publishes: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                | main        | true  | true
            ,"feeds_read":["main"]                            | main        | true  | true
            ,"feeds_read":["main"]                            | other       | false | true
            ,"feeds_read":"main"                              | main        | true  | true
            ,"feeds_read":[]                                  | main        | false | true
            ,"feeds_read":[7,null]                            | main        | false | true
            ,"feeds_publish":["orders.*"]                     | orders.eu   | true  | true
            ,"feeds_publish":["orders.*"]                     | orders.eu.x | true  | false
            ,"feeds_publish":["orders.**"]                    | orders.eu.x | true  | true
            ,"feeds_publish":["orders.**"]                    | main        | true  | false
            ,"feeds_read":["a","b*"],"feeds_publish":["c"]    | bc          | true  | false
            ,"feeds_read":["**"],"feeds_publish":[]           | x.y         | true  | false
            """)
    void a_claim_that_is_there_says_which(String claims, String feed, boolean reads, boolean publishes) {
        FeedRights rights = caller(claims).feeds();
        assertEquals(reads, rights.mayRead(feed));
        assertEquals(publishes, rights.mayPublish(feed));
    }

    @Test
    void a_claim_of_another_kind_or_without_bound_makes_the_token_bad() {
        String many = String.join(",", Collections.nCopies(65, "\"a\""));
        for (String claim :
                new String[] {"7", "{}", "null", "true", "[\"\"]", "[\"" + "a".repeat(257) + "\"]", "[" + many + "]"}) {
            Unauthorized refused = assertThrows(Unauthorized.class, () -> caller(",\"feeds_read\":" + claim), claim);
            assertEquals("token_malformed", refused.code());
        }
    }
}

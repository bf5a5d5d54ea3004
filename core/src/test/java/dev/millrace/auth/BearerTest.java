package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "})
    void the_token_follows_the_scheme_in_any_case(String header) {
        assertEquals(Optional.of("a.b-c_d~e+f/g=="), Bearer.fromHeader(header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer  ",
                "Basic abc",
                "abc",
                " Bearer abc",
                "Bearer\tabc",
                "Bearerabc",
                "Bearer abc def",
                "Bearer abc, Bearer def",
                "Bearer abc,def",
                "Bearer =abc",
                "Bearer a=b",
                "Bearer \"abc\"",
                "Bearer a\u00e4b",
                "Bearer abc\r\nX: y"
            })
    void anything_else_is_no_token(String header) {
        assertEquals(Optional.empty(), Bearer.fromHeader(header));
    }

    @Test
    void no_header_is_no_token() {
        assertEquals(Optional.empty(), Bearer.fromHeader(null));
        assertEquals(Optional.empty(), Bearer.fromProtocols(null));
    }

    @Test
    void a_huge_header_is_no_token() {
        assertEquals(Optional.empty(), Bearer.fromHeader("Bearer " + "a".repeat(1 << 20)));
        assertEquals(Optional.empty(), Bearer.fromProtocols("bearer." + "a".repeat(1 << 20)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"audio.v1, bearer.a.b-c_d", "bearer.a.b-c_d,audio.v1", "bearer.a.b-c_d", ",, bearer.a.b-c_d\t,"})
    void the_token_is_one_of_the_subprotocols(String protocols) {
        assertEquals(Optional.of("a.b-c_d"), Bearer.fromProtocols(protocols));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "audio.v1",
                "bearer.",
                "bearer",
                "Bearer.abc",
                "audio.v1, bearer.abc, bearer.abc",
                "audio.v1 bearer.abc",
                "bearer.a/b",
                "bearer.a b",
                "xbearer.abc"
            })
    void without_exactly_one_there_is_no_token(String protocols) {
        assertEquals(Optional.empty(), Bearer.fromProtocols(protocols));
    }
}

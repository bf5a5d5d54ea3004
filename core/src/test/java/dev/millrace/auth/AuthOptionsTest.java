package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthOptionsTest {

    private static final Path KEY = Path.of("key");
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void a_key_file_alone_is_enough() {
        assertEquals(new AuthOptions("millrace", "millrace", DAY, KEY, null, null), AuthOptions.ofKeyFile(KEY));
    }

    @Test
    void every_refusal_names_its_option() {
        assertTrue(
                refusal(() -> new AuthOptions(" ", "b", DAY, KEY, null, null)).startsWith("issuer"));
        assertTrue(refusal(() -> new AuthOptions("a", "", DAY, KEY, null, null)).startsWith("audience"));
        assertTrue(refusal(() -> new AuthOptions("a", "b", Duration.ZERO, KEY, null, null))
                .startsWith("maxTtl"));
        assertTrue(refusal(() -> new AuthOptions("a", "b", Duration.ofDays(366), KEY, null, null))
                .startsWith("maxTtl"));
        assertEquals(
                "one of hs256KeyFile, rs256PemFile and jwksUrl must be set",
                refusal(() -> new AuthOptions("a", "b", DAY, null, null, null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://host/keys", "/keys", "http:/keys", "file:///etc/keys", "https://u:hunter2@host/keys"})
    void a_url_that_cannot_be_asked_is_refused_without_its_password(String url) {
        String message = refusal(() -> new AuthOptions("a", "b", DAY, null, null, URI.create(url)));
        assertTrue(message.startsWith("jwksUrl"), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void options_do_not_print_the_query_of_the_url() {
        URI url = URI.create("https://host:8443/keys?access=hunter2#hunter2");
        String text = new AuthOptions("a", "b", DAY, null, null, url).toString();
        assertTrue(text.contains("jwksUrl=https://host:8443/keys]"), text);
    }

    @Test
    void an_unknown_scope_is_refused_with_the_list_of_the_known() {
        assertEquals(Scope.EVENTS_READ, Scope.parse("events:read"));
        assertEquals(
                "unknown scope 'Chat'; valid are chat, audio, audio:capture, events:read, events:publish",
                refusal(() -> Scope.parse("Chat")));
    }

    private static String refusal(Runnable call) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}

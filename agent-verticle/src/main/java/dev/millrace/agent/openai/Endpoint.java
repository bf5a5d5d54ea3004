package dev.millrace.agent.openai;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model and the server that runs it.
 *
 * @param url what stands before {@code /chat/completions}, such as {@code http://127.0.0.1:8000/v1}; a query is kept
 * @param model its name at that server
 * @param key sent as a bearer token; null for a server that asks for none
 * @param headers sent with each question
 */
public record Endpoint(URI url, String model, @Nullable String key, Map<String, String> headers) {

    private static final int SHORTEST_SECRET = 6;

    /** Where questions go. */
    String completions() {
        String base = url.getScheme() + "://" + url.getRawAuthority() + String.valueOf(url.getRawPath());
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return base.replaceFirst("/+$", "") + "/chat/completions" + query;
    }

    /** The text without our secrets, for servers like to repeat what they were sent. */
    String conceal(String text) {
        String concealed = key == null ? text : text.replace(key, "…");
        for (String value : headers.values()) {
            concealed = value.length() < SHORTEST_SECRET ? concealed : concealed.replace(value, "…");
        }
        return concealed;
    }

    /** Without what is secret, which a query and the values of headers may be. */
    @Override
    public String toString() {
        return model + " at " + url.getScheme() + "://" + url.getRawAuthority() + String.valueOf(url.getRawPath())
                + (headers.isEmpty() ? "" : " with " + List.copyOf(headers.keySet()));
    }
}

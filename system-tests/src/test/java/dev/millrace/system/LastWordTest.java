package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LastWordTest {

    @TempDir
    static Path folder;

    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder);
        ada = server.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Library.WHEEL, Library.LANTERNS, Library.SLUICE, "What is the capital of Peru?", "?"})
    void lengthAndHashAreThoseOfTheText(String question) {
        SseStream stream = ada.ask(question).awaitEnd();
        assertEquals("completed", stream.done().getString("status"));
        assertTrue(SseStream.matches(stream.done(), stream.text()), stream::wire);
        assertEquals(stream.text(), SseStream.placed(stream.events()));
        SseStream merged = ada.watch("/api/chat/" + stream.run()).awaitEnd();
        assertTrue(SseStream.matches(merged.done(), merged.text()), merged::wire);
        assertEquals(stream.text(), SseStream.placed(merged.events()));
    }

    @Test
    void lengthCountsUtf16UnitsAndTheHashIsOfUtf8() {
        SseStream stream = ada.ask(Library.LANTERNS).awaitEnd();
        String text = stream.text();
        assertNotEquals(text.length(), text.codePointCount(0, text.length()), "an answer beyond the BMP: " + text);
        assertEquals(text.length(), stream.done().getInteger("text_length"));
        assertEquals(SseStream.sha256(text), stream.done().getString("text_sha256"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Library.WHEEL, Library.LANTERNS, Library.SLUICE})
    void eachCitationQuotesItsStretchOfTheAnswer(String question) {
        SseStream stream = ada.ask(question).awaitEnd();
        List<JsonObject> citations = stream.data("citation");
        assertFalse(citations.isEmpty());
        for (JsonObject citation : citations) {
            assertEquals(
                    citation.getString("quote"),
                    stream.text().substring(citation.getInteger("start"), citation.getInteger("end")));
        }
    }

    @Test
    void aRunBeginsWithItsNamesAndSaysNothingAfterItsLastWord() {
        SseStream stream = ada.ask(Library.WHEEL).awaitEnd();
        assertEquals(SseStream.End.CLEAN, stream.end());
        JsonObject first = new JsonObject(stream.events().get(0).data());
        assertEquals("status", stream.events().get(0).type());
        assertEquals("started", first.getString("step"));
        assertEquals(stream.run(), first.getString("run"));
        assertEquals(stream.session(), first.getString("session"));
        assertEquals("/api/chat/" + stream.run(), stream.header("Location"));
        assertEquals("native", stream.header("X-Stream-Protocol"));
        assertEquals("text/event-stream", stream.header("Content-Type"));
        assertEquals("no-cache, no-transform", stream.header("Cache-Control"));
        assertEquals("no", stream.header("X-Accel-Buffering"));
        assertEquals("done", stream.events().get(stream.events().size() - 1).type());
        assertEquals(1, stream.data("done").size());
    }
}

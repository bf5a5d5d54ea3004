package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConversationsTest {

    @TempDir
    static Path folder;

    private static Server fast;
    private static Server slow;

    @BeforeAll
    static void start() throws Exception {
        fast = Server.start(folder.resolve("fast"));
        slow = Server.start(folder.resolve("slow"), "--token-pace", "5");
    }

    @AfterAll
    static void stop() throws Exception {
        fast.close();
        slow.close();
    }

    private static JsonObject question(String text, String session) {
        return new JsonObject().put("message", text).put("session", session);
    }

    private static List<JsonObject> messages(SseClient client, String session) {
        // Who reads the last word is told of it a moment before the conversation is.
        Server.eventually("the last answer", () -> active(client, session) == null);
        SseClient.Reply shown = client.get("/api/chat/sessions/" + session);
        assertEquals(200, shown.status());
        assertEquals(session, shown.json().getString("session"));
        return shown.json().getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static @Nullable String active(SseClient client, String session) {
        return client.get("/api/chat/sessions/" + session).json().getString("active_run");
    }

    private static List<String> texts(List<JsonObject> messages) {
        return messages.stream().map(message -> message.getString("text")).toList();
    }

    @Test
    void aConversationGrowsByQuestionAndAnswer() {
        SseClient ada = fast.client("grows");
        SseStream first = ada.ask(Library.WHEEL).awaitEnd();
        SseStream second = ada.ask(question(Library.SLUICE, first.session())).awaitEnd();
        assertEquals(first.session(), second.session());
        List<JsonObject> messages = messages(ada, first.session());
        assertEquals(List.of(Library.WHEEL, first.text(), Library.SLUICE, second.text()), texts(messages));
        assertEquals(
                List.of("user", "assistant", "user", "assistant"),
                messages.stream().map(message -> message.getString("role")).toList());
        assertEquals(
                List.of(first.run(), first.run(), second.run(), second.run()),
                messages.stream().map(message -> message.getString("run")).toList());
        assertEquals(
                first.data("status").get(0).getString("message"),
                messages.get(1).getString("id"));
        assertEquals(new JsonArray(first.data("citation")), messages.get(1).getJsonArray("citations"));
        assertEquals("completed", messages.get(1).getString("status"));
        assertNull(ada.get("/api/chat/sessions/" + first.session()).json().getString("active_run"));
    }

    @Test
    void aFollowUpIsUnderstoodFromWhatWasSaid() {
        SseClient ada = fast.client("follows");
        SseStream alone = ada.ask(Library.SLUICE_FOLLOW_UP).awaitEnd();
        SseStream first = ada.ask(Library.SLUICE).awaitEnd();
        SseStream second =
                ada.ask(question(Library.SLUICE_FOLLOW_UP, first.session())).awaitEnd();
        assertTrue(second.text().contains("The sluice gate is greased once a week with mutton fat."), second::text);
        assertTrue(
                second.data("done").get(0).getJsonObject("usage").getInteger("input_tokens")
                        > alone.data("done").get(0).getJsonObject("usage").getInteger("input_tokens"),
                "the conversation is part of the prompt");
    }

    @Test
    void theListIsNewestFirstInPages() {
        SseClient ada = fast.client("lists");
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            newestFirst.add(
                    0,
                    ada.ask("Question " + i + " on the sluice gate?").awaitEnd().session());
        }
        JsonObject first = ada.get("/api/chat/sessions").json();
        assertEquals(newestFirst.subList(0, 20), sessions(first));
        assertEquals(
                "Question 24 on the sluice gate?",
                first.getJsonArray("sessions").getJsonObject(0).getString("title"));
        assertEquals(newestFirst.get(19), first.getString("next"));
        JsonObject second =
                ada.get("/api/chat/sessions?before=" + first.getString("next")).json();
        assertEquals(newestFirst.subList(20, 25), sessions(second));
        assertNull(second.getString("next"));
        List<String> byFour = new ArrayList<>();
        String before = "";
        while (before != null) {
            JsonObject page = ada.get("/api/chat/sessions?limit=4" + before).json();
            byFour.addAll(sessions(page));
            before = page.getString("next") == null ? null : "&before=" + page.getString("next");
        }
        assertEquals(newestFirst, byFour);
        assertEquals(
                List.of(),
                sessions(fast.client("stranger").get("/api/chat/sessions").json()));
        assertEquals(400, ada.get("/api/chat/sessions?limit=0").status());
        assertEquals(
                400,
                fast.client("stranger")
                        .get("/api/chat/sessions?before=" + newestFirst.get(0))
                        .status());
    }

    @Test
    void anEditedQuestionAndAnAnswerGivenAgainAreBranchesToGoBackTo() {
        SseClient ada = fast.client("branches");
        String session = ada.ask(Library.WHEEL).awaitEnd().session();
        String path = "/api/chat/sessions/" + session;
        SseStream second = ada.ask(question(Library.SLUICE, session).put("message_id", "q-2"))
                .awaitEnd();
        List<JsonObject> before = messages(ada, session);
        assertEquals("q-2", before.get(2).getString("client_message_id"));
        assertEquals(
                new JsonArray().add(before.get(2).getString("id")),
                before.get(2).getJsonArray("siblings"));

        SseStream edited =
                ada.ask(question(Library.LANTERNS, session).put("edit", "q-2")).awaitEnd();
        List<JsonObject> after = messages(ada, session);
        assertEquals(before.subList(0, 2), after.subList(0, 2));
        assertEquals(List.of(Library.LANTERNS, edited.text()), texts(after.subList(2, 4)));
        assertEquals(
                new JsonArray()
                        .add(before.get(2).getString("id"))
                        .add(after.get(2).getString("id")),
                after.get(2).getJsonArray("siblings"));
        assertEquals(before.get(1).getString("id"), after.get(2).getString("parent"));

        String answer = after.get(3).getString("id");
        SseStream again = ada.ask(new JsonObject().put("session", session).put("regenerate", answer))
                .awaitEnd();
        assertEquals(edited.text(), again.text(), "the embedded agent says the same each time");
        List<JsonObject> regenerated = messages(ada, session);
        assertEquals(after.subList(0, 3), regenerated.subList(0, 3));
        assertEquals(again.run(), regenerated.get(3).getString("run"));
        assertEquals(
                new JsonArray().add(answer).add(regenerated.get(3).getString("id")),
                regenerated.get(3).getJsonArray("siblings"));

        List<JsonObject> old =
                ada.get(path + "?branch=" + before.get(2).getString("id")).json().getJsonArray("messages").stream()
                        .map(JsonObject.class::cast)
                        .toList();
        assertEquals(texts(before), texts(old));
        assertEquals(second.run(), old.get(3).getString("run"));
        assertEquals(regenerated, messages(ada, session), "to look at a branch changes nothing");
        JsonObject chosen = new JsonObject().put("branch", before.get(3).getString("id"));
        assertEquals(204, ada.patch(path, chosen).status());
        assertEquals(texts(before), texts(messages(ada, session)));
    }

    @Test
    void aMessageThatTheSessionDoesNotHaveIsRefusedByName() {
        SseClient ada = fast.client("unknown");
        String session = ada.ask(Library.SLUICE).awaitEnd().session();
        String path = "/api/chat/sessions/" + session;
        JsonObject edit = question(Library.WHEEL, session).put("edit", "msg_x");
        assertRefused(404, "unknown_message", ada.ask(edit));
        assertRefused(
                404,
                "unknown_message",
                ada.ask(new JsonObject().put("session", session).put("regenerate", "x")));
        assertRefused(400, "bad_field", ada.ask(edit.copy().put("regenerate", "msg_y")));
        assertRefused(400, "bad_field", ada.ask(edit.copy().putNull("session")));
        assertRefused(400, "bad_field", ada.ask(edit.copy().put("message_id", "a b")));
        assertRefused(400, "bad_field", ada.ask(edit.copy().put("message_id", "x".repeat(129))));
        assertRefused(400, "bad_field", ada.ask(edit.copy().putNull("edit").put("regenerate", "x")));
        assertEquals(400, ada.get(path + "?branch=msg_x").status());
        assertEquals(
                404, ada.patch(path, new JsonObject().put("branch", "msg_x")).status());
    }

    private static void assertRefused(int status, String code, SseStream stream) {
        assertEquals(status, stream.status());
        assertEquals(code, stream.problem().getString("code"));
    }

    @Test
    void aSessionIsCalledByItsFirstQuestionUntilItIsRenamed() {
        SseClient ada = fast.client("renames");
        String session = ada.ask(Library.SLUICE).awaitEnd().session();
        String path = "/api/chat/sessions/" + session;
        assertEquals(Library.SLUICE, ada.get(path).json().getString("title"));
        assertEquals(
                204,
                ada.patch(path, new JsonObject().put("title", " The gate ")).status());
        assertEquals("The gate", ada.get(path).json().getString("title"));
        JsonObject list = ada.get("/api/chat/sessions").json();
        assertEquals("The gate", list.getJsonArray("sessions").getJsonObject(0).getString("title"));
        for (JsonObject wrong : List.of(
                new JsonObject(),
                new JsonObject().put("title", " "),
                new JsonObject().put("title", "two\nlines"),
                new JsonObject().put("title", "x".repeat(201)))) {
            assertEquals(400, ada.patch(path, wrong).status(), wrong::encode);
        }
        assertEquals(
                404,
                fast.client("eve")
                        .patch(path, new JsonObject().put("title", "Mine"))
                        .status());
    }

    private static List<String> sessions(JsonObject page) {
        return page.getJsonArray("sessions").stream()
                .map(session -> ((JsonObject) session).getString("session"))
                .toList();
    }

    @Test
    void anErasedConversationIsGoneWithItsRuns() {
        SseClient ada = slow.client("erases");
        SseStream over = ada.ask(Library.SLUICE).awaitEnd();
        String path = "/api/chat/sessions/" + over.session();
        SseStream live = ada.ask(question(Library.WHEEL, over.session())).awaitEvents(10);
        SseStream queued = ada.ask(question(Library.WHEEL, over.session())).awaitEvents(2);
        assertEquals(404, slow.client("eve").delete(path).status());
        try (Logged warnings = Logged.of("dev.millrace.sse.SseResponse")) {
            assertEquals(204, ada.delete(path).status());
            for (SseStream stream : List.of(live, queued)) {
                stream.awaitEnd();
                // The last word, or no end that could be taken for one.
                assertTrue(
                        stream.end() == SseStream.End.RESET
                                || stream.data("done").size() == 1,
                        stream::wire);
            }
            assertEquals(List.of(), warnings.lines(), "nothing went wrong");
        }
        assertEquals(404, ada.get(path).status());
        assertEquals(404, ada.delete(path).status());
        assertEquals(404, ada.ask(question(Library.WHEEL, over.session())).status());
        for (SseStream stream : List.of(over, live, queued)) {
            assertEquals(404, ada.watch("/api/chat/" + stream.run()).status());
            assertEquals(404, ada.delete("/api/chat/" + stream.run()).status());
        }
        assertEquals(List.of(), sessions(ada.get("/api/chat/sessions").json()));
    }

    @Test
    void aMessageWhileARunIsActiveWaitsItsTurn() {
        SseClient ada = slow.client("waits");
        SseStream first = ada.ask(Library.WHEEL).awaitEvents(8);
        SseStream second = ada.ask(question(Library.SLUICE, first.session()));
        SseStream third = ada.ask(question(Library.LANTERNS, first.session()).put("if_running", "enqueue"));
        assertEquals(
                first.run(),
                ada.get("/api/chat/sessions/" + first.session()).json().getString("active_run"));
        for (SseStream stream : List.of(first, second, third)) {
            assertEquals("completed", stream.done().getString("status"));
        }
        assertEquals(List.of("started", "retrieving"), steps(first).subList(0, 2));
        assertEquals(List.of("started", "queued", "retrieving"), steps(second).subList(0, 3));
        assertEquals(List.of("started", "queued", "retrieving"), steps(third).subList(0, 3));
        assertEquals(1, second.data("status").get(1).getInteger("position"));
        assertEquals(2, third.data("status").get(1).getInteger("position"));
        assertTrue(
                millisAt(second, "retrieving") >= millis(first.lastId()), "the second works after the first is over");
        assertTrue(millisAt(third, "retrieving") >= millis(second.lastId()), "the third after the second");
        assertEquals(
                List.of(Library.WHEEL, first.text(), Library.SLUICE, second.text(), Library.LANTERNS, third.text()),
                texts(messages(ada, first.session())));
    }

    private static List<String> steps(SseStream stream) {
        return stream.data("status").stream()
                .map(status -> status.getString("step"))
                .distinct()
                .toList();
    }

    private static long millisAt(SseStream stream, String step) {
        return stream.events().stream()
                .filter(event -> event.type().equals("status") && event.data().contains("\"" + step + "\""))
                .mapToLong(event -> millis(event.id()))
                .findFirst()
                .orElseThrow();
    }

    private static long millis(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }

    @Test
    void aMessageCanInterruptTheRunBefore() {
        SseClient ada = slow.client("interrupts");
        SseStream first = ada.ask(Library.WHEEL).awaitEvents(20);
        SseStream queued = ada.ask(question(Library.WHEEL, first.session())).awaitEvents(2);
        SseStream second = ada.ask(question(Library.SLUICE, first.session()).put("if_running", "interrupt"));
        assertEquals("cancelled", first.done().getString("status"));
        assertEquals("interrupted", first.done().getString("finish"));
        assertEquals("interrupted", queued.done().getString("finish"));
        assertTrue(SseStream.matches(first.done(), first.text()));
        assertEquals("completed", second.done().getString("status"));
        assertEquals(
                List.of(Library.WHEEL, first.text(), Library.WHEEL, "", Library.SLUICE, second.text()),
                texts(messages(ada, first.session())));
    }

    @Test
    void aMessageCanBeRefusedWhileARunIsActive() {
        SseClient ada = slow.client("rejects");
        SseStream first = ada.ask(Library.WHEEL).awaitEvents(8);
        JsonObject message = question(Library.SLUICE, first.session()).put("if_running", "reject");
        SseStream refused = ada.ask(message);
        assertEquals(409, refused.status());
        assertEquals("run_active", refused.problem().getString("code"));
        assertEquals(first.run(), refused.problem().getString("run"));
        assertEquals("completed", first.done().getString("status"));
        SseStream second = ada.ask(message).awaitEnd();
        assertEquals("completed", second.done().getString("status"), "its turn has come");
    }

    @Test
    void messagesAtOnceAllEndUpInOneOrder() {
        SseClient ada = fast.client("at once");
        String session = ada.ask(Library.SLUICE).awaitEnd().session();
        List<CompletableFuture<SseStream>> asking = IntStream.range(0, 30)
                .mapToObj(i -> ada.askSoon(question("Question " + i + " on the water wheel?", session)))
                .toList();
        List<SseStream> streams =
                asking.stream().map(each -> SseClient.await(each).awaitEnd()).toList();
        streams.forEach(stream -> assertEquals("completed", stream.done().getString("status"), stream::wire));
        List<JsonObject> messages = messages(ada, session);
        assertEquals(2 + 2 * 30, messages.size());
        List<String> asked = runs(messages, "user");
        assertEquals(asked, runs(messages, "assistant"), "answered in the order they were asked");
        List<String> byTime = streams.stream()
                .sorted(Comparator.comparingLong(stream -> millis(stream.lastId())))
                .map(SseStream::run)
                .toList();
        assertEquals(sorted(asked.subList(1, asked.size())), sorted(byTime), "each of them once");
    }

    private static List<String> runs(List<JsonObject> messages, String role) {
        return messages.stream()
                .filter(message -> message.getString("role").equals(role))
                .map(message -> message.getString("run"))
                .toList();
    }

    private static List<String> sorted(List<String> list) {
        List<String> sorted = new ArrayList<>(list);
        Collections.sort(sorted);
        return sorted;
    }

    /** Whatever comes first, nobody is left with a stream that does not end. */
    @Test
    void aMessageAndAnErasureAtOnceLeaveNobodyWaiting() {
        SseClient ada = fast.client("races");
        for (int i = 0; i < 100; i++) {
            String session = ada.ask(Library.SLUICE).awaitEnd().session();
            CompletableFuture<SseStream> asking = ada.askSoon(question(Library.WHEEL, session));
            CompletableFuture<SseClient.Reply> erasing =
                    ada.callSoon(HttpMethod.DELETE, "/api/chat/sessions/" + session, null);
            SseStream stream = SseClient.await(asking).awaitEnd();
            assertEquals(204, SseClient.await(erasing).status());
            if (stream.status() == 200) {
                assertTrue(
                        stream.end() == SseStream.End.RESET
                                || stream.data("done").size() == 1,
                        () -> stream.end() + "\n" + stream.wire());
            } else {
                assertEquals(404, stream.status());
            }
        }
        fast.awaitQuiet();
    }
}

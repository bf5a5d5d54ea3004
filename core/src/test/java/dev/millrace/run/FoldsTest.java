package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.run.Conversation.Message;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Conversations and shelves are what their streams tell. */
final class FoldsTest {

    private static final Message QUESTION = Message.question("msg_1", "Why?", "run_1");
    private static final Message ANSWER =
            Message.answer("msg_2", "Because.", "run_1", "completed", new JsonArray().add("c"));

    /** As the log stores them: seq from 1, a second apart. */
    private static List<Entry> stored(Event... events) {
        List<Entry> entries = new ArrayList<>();
        for (Event event : events) {
            long seq = entries.size() + 1;
            entries.add(new Entry(new EventId(seq, seq * 1000), event.type(), event.data()));
        }
        return entries;
    }

    @Test
    void nothingIsAnEmptyConversation() {
        Conversation empty = Conversation.of(List.of());
        assertEquals(List.of(), empty.messages());
        assertEquals(Optional.empty(), empty.activeRun());
        assertEquals(Set.of(), empty.runs());
    }

    @Test
    void aQuestionWithoutAnAnswerIsAnActiveRun() {
        Conversation open = Conversation.of(stored(QUESTION.toEvent()));
        assertEquals(List.of(QUESTION), open.messages());
        assertEquals(Optional.of("run_1"), open.activeRun());
        Conversation closed = Conversation.of(stored(QUESTION.toEvent(), ANSWER.toEvent()));
        assertEquals(List.of(QUESTION, ANSWER), closed.messages());
        assertEquals(Optional.empty(), closed.activeRun());
        assertEquals(Set.of("run_1"), closed.runs());
    }

    @Test
    void theOldestOpenRunIsTheActiveOneWhateverEndsFirst() {
        Message second = Message.question("msg_3", "And?", "run_2");
        Message third = Message.question("msg_4", "So?", "run_3");
        Conversation waiting = Conversation.of(stored(QUESTION.toEvent(), second.toEvent(), third.toEvent()));
        assertEquals(List.of("run_1", "run_2", "run_3"), waiting.openRuns());
        Message answer = Message.answer("msg_5", "", "run_2", "cancelled", new JsonArray());
        Conversation later =
                Conversation.of(stored(QUESTION.toEvent(), second.toEvent(), third.toEvent(), answer.toEvent()));
        assertEquals(List.of("run_1", "run_3"), later.openRuns());
        assertEquals(List.of("run_1", "run_2", "run_3"), List.copyOf(later.runs()));
    }

    @Test
    void anAnswerIsAsLongAsItWasHeardWhicheverWasSaidFirst() {
        String heard = ANSWER.text().substring(0, 2);
        for (Conversation cut : List.of(
                Conversation.of(stored(QUESTION.toEvent(), ANSWER.toEvent(), new Heard("run_1", heard).toEvent())),
                Conversation.of(stored(QUESTION.toEvent(), new Heard("run_1", heard).toEvent(), ANSWER.toEvent())))) {
            assertEquals(
                    List.of(QUESTION.text(), heard),
                    cut.messages().stream().map(Message::text).toList());
        }
        assertEquals(
                List.of(QUESTION, ANSWER),
                Conversation.of(stored(
                                QUESTION.toEvent(), ANSWER.toEvent(), new Heard("run_1", "Never said").toEvent()))
                        .messages());
    }

    @Test
    void whatIsNoMessageIsPassedOver() {
        Event note = Event.of("note", Buffer.buffer("not even JSON"));
        assertEquals(
                List.of(QUESTION),
                Conversation.of(stored(note, QUESTION.toEvent())).messages());
    }

    @Test
    void aMessageReadsAsTheClientGetsIt() {
        assertEquals(
                "{\"id\":\"msg_1\",\"role\":\"user\",\"text\":\"Why?\",\"run\":\"run_1\"}",
                QUESTION.toJson().encode());
        assertEquals(
                "{\"id\":\"msg_2\",\"role\":\"assistant\",\"text\":\"Because.\",\"run\":\"run_1\","
                        + "\"status\":\"completed\",\"citations\":[\"c\"]}",
                ANSWER.toJson().encode());
    }

    @Test
    void aShelfHasTheNewestFirstAndNothingThatWasErased() {
        assertEquals(List.of(), Shelf.of(List.of()).sessions());
        Shelf shelf = Shelf.of(stored(
                Shelf.added("ses_1", "one"),
                Shelf.added("ses_2", "two"),
                Shelf.added("ses_3", "three"),
                Shelf.erased("ses_2"),
                Shelf.erased("ses_9")));
        assertEquals(
                List.of(new Shelf.Session("ses_3", "three", 3000), new Shelf.Session("ses_1", "one", 1000)),
                shelf.sessions());
    }

    @Test
    void aTitleIsTheLastOneGivenAndGivesNoSessionBack() {
        Shelf shelf = Shelf.of(stored(
                Shelf.added("ses_1", "one"),
                Shelf.titled("ses_1", "uno"),
                Shelf.titled("ses_1", "eins"),
                Shelf.titled("ses_9", "neun")));
        assertEquals(List.of(new Shelf.Session("ses_1", "eins", 1000)), shelf.sessions());
        assertEquals("eins", shelf.session("ses_1").orElseThrow().title());
    }

    @Test
    void aClaimIsReadBack() {
        Claim claim = new Claim(new Started("run_1", "ses_1"), "digest");
        assertEquals(claim, Claim.of(stored(claim.toEvent()).get(0)));
        assertEquals(
                new JsonObject().put("run", "run_1").put("session", "ses_1").put("body_digest", "digest"),
                new JsonObject(claim.toEvent().data()));
    }
}

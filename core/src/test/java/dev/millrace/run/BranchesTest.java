package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.run.Conversation.Message;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A conversation is a tree of turns, and its stream says which branch is active. */
final class BranchesTest {

    private final List<Entry> stream = new ArrayList<>();

    private void write(Event... events) {
        for (Event event : events) {
            long seq = stream.size() + 1;
            stream.add(new Entry(new EventId(seq, seq), event.type(), event.data()));
        }
    }

    private void ask(String run, @Nullable String after) {
        String id = "msg_" + run;
        write(
                new Turn(run, id, after).toEvent(),
                Message.question(id, "What is " + run + "?", run, "mine").toEvent());
    }

    private void again(String run, String first, @Nullable String after) {
        write(new Turn(run, "msg_" + first, after).toEvent());
    }

    private void answer(String run) {
        write(Message.answer(Turn.answerId(run), run + ".", run, "completed", new JsonArray())
                .toEvent());
    }

    private List<String> branch(@Nullable String run) {
        return Conversation.of(stream).branches().to(run).stream()
                .map(Turn::run)
                .toList();
    }

    private List<String> active() {
        return branch(Conversation.of(stream).branches().leaf());
    }

    @Test
    void questionsFollowEachOtherWhateverIsAnsweredFirst() {
        ask("a", null);
        ask("b", "a");
        answer("b");
        answer("a");
        assertEquals(List.of("a", "b"), active());
    }

    @Test
    void anEditedQuestionBeginsABranchAndTheOldOneStaysReadable() {
        ask("a", null);
        answer("a");
        ask("b", "a");
        answer("b");
        ask("c", "b");
        ask("b2", "a");
        assertEquals(List.of("a", "b2"), active());
        assertEquals(List.of("a", "b", "c"), branch("c"));
        assertEquals(List.of("c", "b2"), Conversation.of(stream).openRuns());
    }

    @Test
    void aQuestionCanHaveSeveralAnswersAndStandsOnceInEachBranch() {
        ask("a", null);
        answer("a");
        again("a2", "a", null);
        assertEquals(List.of("a2"), Conversation.of(stream).openRuns());
        answer("a2");
        ask("b", "a2");
        Conversation conversation = Conversation.of(stream);
        assertEquals(List.of("a2", "b"), active());
        assertEquals(List.of("a", "a2", "b"), List.copyOf(conversation.runs()));
        List<String> said = conversation.branches().to("a2").stream()
                .flatMap(turn -> conversation.said(turn).stream())
                .map(Message::text)
                .toList();
        assertEquals(List.of("What is a?", "a2."), said);
    }

    @Test
    void whatSteeredARunStandsBetweenItsQuestionAndItsAnswerAndInNoOtherTurn() {
        ask("a", null);
        write(Message.question("msg_note", "Shorter.", "a").toEvent());
        answer("a");
        again("a2", "a", null);
        answer("a2");
        Conversation conversation = Conversation.of(stream);
        List<List<String>> said = conversation.branches().all().stream()
                .map(turn -> conversation.said(turn).stream().map(Message::text).toList())
                .toList();
        assertEquals(List.of(List.of("What is a?", "Shorter.", "a."), List.of("What is a?", "a2.")), said);
    }

    @Test
    void aChosenBranchIsActiveUntilSomethingIsSaidAgain() {
        ask("a", null);
        ask("a2", null);
        write(Branches.chosen("a"));
        answer("a2");
        assertEquals(List.of("a"), active());
        ask("b", "a");
        assertEquals(List.of("a", "b"), active());
    }

    @Test
    void aMessageNamesTheNewestBranchThatHasIt() {
        ask("a", null);
        ask("b", "a");
        again("a2", "a", null);
        ask("c", "a2");
        ask("d", "a");
        Conversation conversation = Conversation.of(stream);
        assertEquals(Optional.of("d"), conversation.branchOf("msg_a"), "the question has all of them");
        assertEquals(Optional.of("d"), conversation.branchOf(Turn.answerId("a")), "answered or not");
        assertEquals(Optional.of("c"), conversation.branchOf(Turn.answerId("a2")));
        assertEquals(Optional.of("b"), conversation.branchOf("msg_b"));
        assertEquals(Optional.empty(), conversation.branchOf("msg_z"));
    }

    @Test
    void aClientsOwnNameMeansTheMessageOfTheActiveBranch() {
        ask("a", null);
        ask("b", null);
        assertEquals("msg_b", called("mine"));
        write(Branches.chosen("a"));
        assertEquals("msg_a", called("mine"));
        assertEquals("msg_b", called("msg_b"), "our names mean what they say");
    }

    private String called(String name) {
        return Conversation.of(stream).called(name).orElseThrow().id();
    }

    @Test
    void aTurnWhoseForerunnerIsNotKeptAnyMoreBeginsItsBranch() {
        ask("b", "a");
        ask("c", "b");
        assertEquals(List.of("b", "c"), active());
    }

    @Test
    void questionsWithoutTurnsFollowEachOther() {
        write(Message.question("msg_1", "One?", "a").toEvent());
        answer("a");
        write(Message.question("msg_2", "Two?", "b").toEvent());
        assertEquals(List.of("a", "b"), active());
    }
}

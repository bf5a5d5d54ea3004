package dev.millrace.chat;

import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Turn;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One branch of a conversation as a page shows it: each message with the one before it and with those in its place. */
final class Branch {

    private final Conversation conversation;
    private final JsonArray messages = new JsonArray();
    private @Nullable String parent;

    private Branch(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The messages of the branch that ends with a run, in the order in which they are read. */
    static JsonArray messages(Conversation conversation, @Nullable String run) {
        Branch branch = new Branch(conversation);
        conversation.branches().to(run).forEach(branch::add);
        return branch.messages;
    }

    private void add(Turn turn) {
        for (Message message : conversation.said(turn)) {
            messages.add(
                    message.toJson().put("parent", parent).put("siblings", new JsonArray(siblings(message, turn))));
            parent = message.id();
        }
    }

    /** What was asked in a question's place, or answered in an answer's; an answer that is on its way has its id already. */
    private List<String> siblings(Message message, Turn turn) {
        List<Turn> all = conversation.branches().all();
        if (message.id().equals(turn.question())) {
            return all.stream()
                    .filter(each -> Objects.equals(each.after(), turn.after()))
                    .map(Turn::question)
                    .distinct()
                    .toList();
        }
        return message.id().equals(turn.answer())
                ? all.stream()
                        .filter(each -> each.question().equals(turn.question()))
                        .map(Turn::answer)
                        .toList()
                : List.of(message.id());
    }
}

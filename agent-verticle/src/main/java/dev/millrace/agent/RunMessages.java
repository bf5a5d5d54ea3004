package dev.millrace.agent;

import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Started;
import dev.millrace.run.Turn;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run writes into its conversation: what steered it, and behind that its answer. On the run's thread. */
final class RunMessages {

    private static final Logger LOG = LoggerFactory.getLogger(RunMessages.class);

    private final Conversations conversations;
    private final Owner owner;
    private final Started ids;
    private Future<?> noted = Future.succeededFuture();

    RunMessages(Conversations conversations, Owner owner, Started ids) {
        this.conversations = conversations;
        this.owner = owner;
        this.ids = ids;
    }

    /** What steers is a part of the conversation, behind the question that it is about. Never fails. */
    Future<Void> note(String text) {
        Message message = Message.question("msg_" + OwnedId.randomText(), text, ids.run());
        Future<Void> written = conversations
                .record(owner, ids.session(), message)
                .onFailure(cause -> LOG.error("what steers run {} is not in its conversation", ids.run(), cause))
                .<Void>mapEmpty()
                .otherwiseEmpty();
        noted = Future.join(noted, written);
        return written;
    }

    /** @param status how the run ended */
    Future<Void> answer(Transcript transcript, String status) {
        Message answer =
                Message.answer(Turn.answerId(ids.run()), transcript.text(), ids.run(), status, transcript.citations());
        return noted.transform(settled -> conversations.record(owner, ids.session(), answer))
                .onFailure(cause -> LOG.error("run {} is not in its conversation", ids.run(), cause))
                .mapEmpty();
    }
}

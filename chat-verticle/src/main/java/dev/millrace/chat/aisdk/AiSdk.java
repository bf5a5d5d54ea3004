package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.View;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.event.EventId;
import dev.millrace.http.Body;
import dev.millrace.log.Start;
import dev.millrace.run.Owner;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The Vercel AI SDK: what an unmodified {@code useChat} sends and reads. */
public final class AiSdk implements Dialect {

    /** For every client since 5.0.61. */
    public static final String NAME = "ai-sdk";

    /** For clients from 7.0.173 on, who say that they are. */
    public static final String NEWEST = "ai-sdk@7";

    private final boolean extended;

    public AiSdk(boolean extended) {
        this.extended = extended;
    }

    /** Whether a body is one that this SDK sends: messages have parts. */
    public static boolean isSpokenIn(Body body) {
        if (body.value("messages") instanceof JsonArray messages) {
            return messages.stream()
                    .anyMatch(message -> message instanceof JsonObject json && json.containsKey("parts"));
        }
        return body.value("message") instanceof JsonObject message && message.containsKey("parts");
    }

    @Override
    public String name() {
        return extended ? NEWEST : NAME;
    }

    @Override
    public void head(HttpServerResponse response) {
        response.putHeader("X-Vercel-AI-UI-Message-Stream", "v1");
    }

    @Override
    public Asking read(Body body, Owner owner, @Nullable String idempotencyKey) {
        return new AiSdkRequest(body, owner, idempotencyKey).read();
    }

    /**
     * Who comes back without a position gets the whole message, which replaces what he has of it. Who has a position is
     * given the rest, and who has answered goes on with the message he has.
     */
    @Override
    public View view(Visit visit) {
        AiSdkEncoder encoder = new AiSdkEncoder(extended, visit.manner() == Visit.Manner.ANSWERS, visit.settled());
        return View.of(encoder, after(visit));
    }

    private static EventId after(Visit visit) {
        return switch (visit.manner()) {
            case BEGINS -> EventId.BEGINNING;
            case ANSWERS -> visit.head();
            case RETURNS ->
                visit.asked() instanceof Start.After after && visit.has(after.id()) ? after.id() : EventId.BEGINNING;
        };
    }
}

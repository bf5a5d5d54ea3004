package dev.millrace.chat;

import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.View;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.http.Body;
import dev.millrace.run.Owner;
import dev.millrace.run.Revision;
import org.jspecify.annotations.Nullable;

/** The protocol of the log itself: what is appended is what a reader gets (wire/native.md, section 1). */
final class NativeDialect implements Dialect {

    static final String NAME = "native";

    static boolean isSpokenIn(Body body) {
        return body.has("message") || body.has(Revision.Kind.REGENERATE.field());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Asking read(Body body, Owner owner, @Nullable String idempotencyKey) {
        return Asking.question(ChatRequest.read(body, owner, idempotencyKey));
    }

    /** Each event stands alone, so a reader needs nothing of what came before his place. */
    @Override
    public boolean looksBack() {
        return false;
    }

    @Override
    public View view(Visit visit) {
        if (visit.manner() == Visit.Manner.BEGINS) {
            return View.of(View.FROM_THE_START);
        }
        return visit.asked() == null ? View.whole() : View.of(visit.asked());
    }
}

package dev.millrace.event;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins runs of adjacent tokens: who reads an answer from its start wants the text, not its rhythm. */
public final class TokenRuns {

    private TokenRuns() {}

    /**
     * The same entries with each run of adjacent tokens as one, which carries the id of the last: a reader who has it
     * stands behind all of them. Other entries are the same objects as before.
     */
    public static List<Entry> join(List<Entry> entries) {
        List<Entry> joined = new ArrayList<>();
        Run run = null;
        for (Entry entry : entries) {
            RunEvent.Token token = entry.type().equals(RunEvent.Token.TYPE) ? token(entry) : null;
            if (run != null && token != null && run.goesOnWith(token)) {
                run.add(entry, token);
                continue;
            }
            flush(joined, run);
            run = token == null ? null : new Run(entry, token);
            if (token == null) {
                joined.add(entry);
            }
        }
        flush(joined, run);
        return joined;
    }

    private static void flush(List<Entry> joined, @Nullable Run run) {
        if (run != null) {
            joined.add(run.entry());
        }
    }

    private static RunEvent.Token token(Entry entry) {
        return RunEvent.Token.from(new JsonObject(entry.data()));
    }

    private static final class Run {

        private final Entry first;
        private final RunEvent.Token begun;
        private final StringBuilder text;
        private Entry last;

        Run(Entry first, RunEvent.Token token) {
            this.first = first;
            this.last = first;
            this.begun = token;
            this.text = new StringBuilder(token.text());
        }

        /** A token that writes elsewhere keeps its own place: its offset would be lost behind another. */
        boolean goesOnWith(RunEvent.Token token) {
            return token.at() == begun.at() + text.length() && token.isBeside(begun);
        }

        void add(Entry entry, RunEvent.Token token) {
            text.append(token.text());
            last = entry;
        }

        Entry entry() {
            return first == last
                    ? first
                    : new Entry(
                            last.id(),
                            RunEvent.Token.TYPE,
                            begun.saying(text.toString()).data());
        }
    }
}

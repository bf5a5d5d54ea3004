package dev.millrace.app;

import com.github.difflib.text.DiffRow;
import com.github.difflib.text.DiffRowGenerator;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;

/** How a run that was run again differs from its record. */
final class Difference {

    private static final DiffRowGenerator ROWS =
            DiffRowGenerator.create().lineNormalizer(line -> line).build();

    private final RunRecord recorded;
    private final RunRecord replayed;

    Difference(RunRecord recorded, RunRecord replayed) {
        this.recorded = recorded;
        this.replayed = replayed;
    }

    /** Whether both did the same and said the same; time and tokens do not count. */
    boolean none() {
        return Objects.equals(
                        recorded.figures().get("status"), replayed.figures().get("status"))
                && recorded.tools().equals(replayed.tools())
                && recorded.troubles().equals(replayed.troubles())
                && recorded.sources().equals(replayed.sources())
                && recorded.sentences().equals(replayed.sentences());
    }

    void print(PrintWriter out) {
        out.println("%-22s  %-14s  %s".formatted("", "recorded", "replayed"));
        recorded.figures()
                .forEach((name, value) -> out.println("%-22s  %-14s  %s"
                        .formatted(name, value, replayed.figures().getOrDefault(name, "-"))));
        print(out, "tools", recorded.tools(), replayed.tools());
        print(out, "warnings and errors", recorded.troubles(), replayed.troubles());
        print(out, "sources", recorded.sources(), replayed.sources());
        print(out, "answer", recorded.sentences(), replayed.sentences());
        out.flush();
    }

    private static void print(PrintWriter out, String name, List<String> before, List<String> after) {
        if (before.isEmpty() && after.isEmpty()) {
            return;
        }
        out.println();
        if (before.equals(after)) {
            out.println(name + ": the same");
            return;
        }
        out.println(name);
        for (DiffRow row : ROWS.generateDiffRows(before, after)) {
            print(out, row);
        }
    }

    private static void print(PrintWriter out, DiffRow row) {
        switch (row.getTag()) {
            case EQUAL -> out.println("    " + row.getOldLine());
            case DELETE -> out.println("  - " + row.getOldLine());
            case INSERT -> out.println("  + " + row.getNewLine());
            case CHANGE -> {
                out.println("  - " + row.getOldLine());
                out.println("  + " + row.getNewLine());
            }
        }
    }
}

package dev.millrace.bench;

import java.nio.file.Path;
import java.util.List;

/** {@code ./millrace bench NAME}: measures, prints a table, and writes the figures to a folder. */
public final class Bench {

    private static final List<Benchmark> ALL = List.of(
            new Isolation(),
            new Tokens(),
            new Cancel(),
            new AudioSessions(),
            new AudioIsolation(),
            new AudioLoop(),
            new AudioSoak());

    private Bench() {}

    /** @param args the jar of the program, the folder for results, then what the user typed */
    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args[0]);
        Path results = Path.of(args[1]);
        String name = args.length > 2 ? args[2] : "";
        Benchmark chosen = ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> misused(name.isEmpty() ? "" : "millrace: there is no benchmark '" + name + "'\n"));
        try {
            Report report = chosen.run(jar, new Typed(List.of(args).subList(3, args.length)));
            System.out.print(report.table());
            System.out.println("written to " + report.writeTo(results));
        } catch (IllegalArgumentException wrong) {
            throw misused("millrace: " + wrong.getMessage() + "\n");
        }
        System.exit(0);
    }

    private static RuntimeException misused(String sentence) {
        StringBuilder usage = new StringBuilder(sentence).append("Usage: ./millrace bench NAME, of\n");
        for (Benchmark each : ALL) {
            usage.append("\n  ").append(each.name()).append(' ').append(each.arguments());
            each.about().forEach(line -> usage.append("\n      ").append(line));
            usage.append('\n');
        }
        System.err.print(usage);
        System.exit(2);
        return new IllegalStateException("unreachable");
    }
}

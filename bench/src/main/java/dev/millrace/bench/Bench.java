package dev.millrace.bench;

import java.nio.file.Path;
import java.util.List;

/** {@code ./millrace bench NAME}: measures, prints a table, and writes the figures to a folder. */
public final class Bench {

    private static final String USAGE = """
            Usage: ./millrace bench isolation [ROUNDS [SECONDS]]

            isolation  how long events take to their readers, while chat is quiet and while it is flooded:
                       at least 5 ROUNDS (5 unless given) of SECONDS (6 unless given) each way, in turn
            """;

    private Bench() {}

    /** @param args the jar of the program, the folder for results, then what the user typed */
    public static void main(String[] args) throws Exception {
        List<String> typed = List.of(args).subList(Math.min(2, args.length), args.length);
        if (typed.isEmpty() || !typed.get(0).equals("isolation") || typed.size() > 3) {
            System.err.print(USAGE);
            System.exit(2);
        }
        int rounds = number(typed, 1, 5, 5);
        int seconds = number(typed, 2, 6, 1);
        try (Isolation isolation = Isolation.start(Path.of(args[0]))) {
            Figures figures = isolation.measure(rounds, seconds);
            System.out.print(figures.table());
            System.out.println("written to " + figures.writeTo(Path.of(args[1])));
        }
        System.exit(0);
    }

    private static int number(List<String> typed, int index, int otherwise, int least) {
        if (typed.size() <= index) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(typed.get(index));
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        System.err.print("millrace: '" + typed.get(index) + "' must be a number of at least " + least + "\n" + USAGE);
        System.exit(2);
        return 0;
    }
}

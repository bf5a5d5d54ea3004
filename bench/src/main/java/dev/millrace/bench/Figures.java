package dev.millrace.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What was measured, round by round, and the medians of the rounds. */
final class Figures {

    private final JsonObject machine;
    private final int seconds;
    private final List<Figure> quiet = new ArrayList<>();
    private final List<Figure> flooded = new ArrayList<>();

    Figures(JsonObject machine, int seconds) {
        this.machine = machine;
        this.seconds = seconds;
    }

    /**
     * One way of one round.
     *
     * @param deliveries events times readers
     * @param p50 milliseconds, as {@code p99} and {@code max}
     * @param chatCpu cores that the node for chat used
     */
    record Figure(int deliveries, double p50, double p99, double max, double chatCpu) {

        JsonObject json() {
            return new JsonObject()
                    .put("deliveries", deliveries)
                    .put("p50_ms", p50)
                    .put("p99_ms", p99)
                    .put("max_ms", max)
                    .put("chat_cpu", chatCpu);
        }
    }

    void quiet(Figure figure) {
        quiet.add(figure);
    }

    void flooded(Figure figure) {
        flooded.add(figure);
    }

    private static double median(List<Figure> figures, ToDoubleFunction<Figure> which) {
        return Delivery.median(figures.stream().mapToDouble(which).boxed().toList());
    }

    private double ratio() {
        return median(flooded, Figure::p99) / median(quiet, Figure::p99);
    }

    String table() {
        StringBuilder table = new StringBuilder();
        table.append("Delivery of events, milliseconds from publishing to each of the readers\n\n");
        table.append(line("", "events*readers", "p50", "p99", "max", "chat's CPU"));
        for (int round = 0; round < quiet.size(); round++) {
            table.append(row("quiet " + (round + 1), quiet.get(round)));
            table.append(row("flooded " + (round + 1), flooded.get(round)));
        }
        table.append(row("quiet, median", middle(quiet)));
        table.append(row("flooded, median", middle(flooded)));
        table.append(String.format(Locale.ROOT, "%np99 flooded / quiet: %.2f%n%n", ratio()));
        machine.forEach(fact -> table.append("  %-12s %s%n".formatted(fact.getKey(), fact.getValue())));
        return table.toString();
    }

    private static Figure middle(List<Figure> figures) {
        return new Figure(
                (int) median(figures, Figure::deliveries),
                median(figures, Figure::p50),
                median(figures, Figure::p99),
                median(figures, Figure::max),
                median(figures, Figure::chatCpu));
    }

    private static String row(String name, Figure figure) {
        return line(
                name,
                "" + figure.deliveries,
                text(figure.p50),
                text(figure.p99),
                text(figure.max),
                text(figure.chatCpu));
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    private static String line(String... cells) {
        return "%-18s%16s%10s%10s%10s%12s%n".formatted((Object[]) cells);
    }

    /** Returns the file, whose name is the time. */
    Path writeTo(Path folder) throws IOException {
        JsonObject all = new JsonObject()
                .put("benchmark", "isolation")
                .put("machine", machine)
                .put("seconds", seconds)
                .put("quiet", array(quiet))
                .put("flooded", array(flooded))
                .put("quiet_median", middle(quiet).json())
                .put("flooded_median", middle(flooded).json())
                .put("p99_ratio", ratio());
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve("isolation-" + time + ".json"), all.encodePrettily() + "\n");
    }

    private static JsonArray array(List<Figure> figures) {
        JsonArray array = new JsonArray();
        figures.forEach(figure -> array.add(figure.json()));
        return array;
    }
}

package dev.millrace.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What was measured: rounds of each kind of load, their medians, what follows from them, and the machine. The first round
 * that comes says which columns there are.
 */
final class Report {

    private final String benchmark;
    private final String title;
    private final JsonObject machine;
    private final Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();
    private final Map<String, Double> results = new LinkedHashMap<>();

    /** @param title what the numbers are, with their unit */
    Report(String benchmark, String title, JsonObject machine) {
        this.benchmark = benchmark;
        this.title = title;
        this.machine = machine;
    }

    /** A round under one kind of load. */
    void round(String load, Map<String, Double> figures) {
        rounds.computeIfAbsent(load, first -> new ArrayList<>()).add(figures);
    }

    /** The median of a column over the rounds of one load. */
    double median(String load, String column) {
        List<Map<String, Double>> figures = Objects.requireNonNullElse(rounds.get(load), List.of());
        return median(figures.stream().map(each -> figure(each, column)).toList());
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** What follows, such as a ratio of two medians. */
    void result(String name, double value) {
        results.put(name, value);
    }

    String table() {
        List<String> columns = columns();
        StringBuilder table = new StringBuilder(title).append("\n\n").append(line("", columns));
        rounds.forEach((load, figures) -> {
            for (int i = 0; i < figures.size(); i++) {
                table.append(line(load + " " + (i + 1), cells(figures.get(i), columns)));
            }
        });
        rounds.keySet().forEach(load -> table.append(line(load + ", median", cells(medians(load), columns))));
        table.append('\n');
        results.forEach((name, value) -> table.append("%s: %s%n".formatted(name, text(value))));
        table.append('\n');
        machine.forEach(fact -> table.append("  %-12s %s%n".formatted(fact.getKey(), fact.getValue())));
        return table.toString();
    }

    private List<String> columns() {
        return List.copyOf(rounds.values().iterator().next().get(0).keySet());
    }

    private Map<String, Double> medians(String load) {
        Map<String, Double> medians = new LinkedHashMap<>();
        columns().forEach(column -> medians.put(column, median(load, column)));
        return medians;
    }

    private static List<String> cells(Map<String, Double> figures, List<String> columns) {
        return columns.stream().map(column -> text(figure(figures, column))).toList();
    }

    /** What a round did not give is no number. */
    private static double figure(Map<String, Double> figures, String column) {
        return figures.getOrDefault(column, Double.NaN);
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%.2f", number);
    }

    private static String line(String name, List<String> cells) {
        StringBuilder line = new StringBuilder("%-22s".formatted(name));
        cells.forEach(cell -> line.append("%14s".formatted(cell)));
        return line.append('\n').toString();
    }

    /** Returns the file, whose name is the time. */
    Path writeTo(Path folder) throws IOException {
        JsonObject loads = new JsonObject();
        rounds.forEach((load, figures) -> loads.put(
                load,
                new JsonObject()
                        .put(
                                "rounds",
                                new JsonArray(figures.stream().map(Report::json).toList()))
                        .put("median", json(medians(load)))));
        JsonObject all = new JsonObject()
                .put("benchmark", benchmark)
                .put("title", title)
                .put("machine", machine)
                .put("loads", loads)
                .put("results", json(results));
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve(benchmark + "-" + time + ".json"), all.encodePrettily() + "\n");
    }

    private static JsonObject json(Map<String, Double> figures) {
        JsonObject json = new JsonObject();
        figures.forEach((name, value) -> json.put(name, value.isNaN() ? null : value));
        return json;
    }
}

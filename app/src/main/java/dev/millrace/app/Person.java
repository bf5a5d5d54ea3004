package dev.millrace.app;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/** Who sits at the terminal. Answers one request after the other; on a thread that may block. */
final class Person {

    private final BufferedReader in;
    private final PrintWriter out;

    Person(BufferedReader in, PrintWriter out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Asks for what a request wants, and blocks until it is there.
     *
     * @param request the details of the {@code status}
     * @return the field that answers it; empty when the input has ended
     */
    Optional<JsonObject> answer(JsonObject request) throws IOException {
        return switch (request.getString("kind")) {
            case "approval" -> line("y/N> ").map(Person::approval);
            case "form" -> form(request.getJsonObject("schema")).map(form -> new JsonObject().put("output", form));
            default -> words().map(text -> new JsonObject().put("text", text));
        };
    }

    private static JsonObject approval(String line) {
        boolean yes = line.equalsIgnoreCase("y") || line.equalsIgnoreCase("yes");
        return new JsonObject().put("approved", yes);
    }

    /** An empty line is no answer. */
    private Optional<String> words() throws IOException {
        Optional<String> line = line("> ");
        while (line.isPresent() && line.get().isEmpty()) {
            line = line("> ");
        }
        return line;
    }

    /** A field that is left empty is left out. */
    private Optional<JsonObject> form(JsonObject schema) throws IOException {
        JsonObject filled = new JsonObject();
        for (Map.Entry<String, Object> field :
                schema.getJsonObject("properties", new JsonObject()).getMap().entrySet()) {
            Optional<String> line = line(field.getKey() + "> ");
            if (line.isEmpty()) {
                return Optional.empty();
            }
            if (!line.get().isEmpty()) {
                filled.put(field.getKey(), value(line.get(), type(schema, field.getKey())));
            }
        }
        return Optional.of(filled);
    }

    private static String type(JsonObject schema, String field) {
        Object property = schema.getJsonObject("properties").getValue(field);
        return property instanceof JsonObject known && known.getValue("type") instanceof String type ? type : "string";
    }

    /** As the schema says, or else as it was typed: the model sees it and may ask again. */
    private static Object value(String line, String type) {
        try {
            return switch (type) {
                case "integer" -> Long.valueOf(line);
                case "number" -> Double.valueOf(line);
                case "boolean" -> line.equalsIgnoreCase("y") || line.equalsIgnoreCase("yes") || line.equals("true");
                default -> line;
            };
        } catch (NumberFormatException e) {
            return line;
        }
    }

    private Optional<String> line(String prompt) throws IOException {
        out.print(prompt);
        out.flush();
        return Optional.ofNullable(in.readLine()).map(String::strip);
    }
}

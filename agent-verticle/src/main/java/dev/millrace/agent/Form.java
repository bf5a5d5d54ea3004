package dev.millrace.agent;

import dev.millrace.run.Refusal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A form that a model has asked for, by its JSON Schema, and whether an answer fits it. The schema comes from a model, so it
 * may hold anything: one that refers to others, or to itself, is refused, for it can have no end; and patterns are not
 * checked, because there are some that take for ever.
 */
final class Form {

    /** A model writes it, a person's page shows it, and it is read again for each answer. In UTF-16 units. */
    private static final int LONGEST = 16 << 10;

    private static final int MOST_ERRORS = 10;

    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

    /** What they hold are values, and no schemas. */
    private static final Set<String> VALUES = Set.of("enum", "const", "default", "examples");

    /** Says that something below does not fit, which the error from there says better. */
    private static final List<String> SUMMARIES =
            List.of("/properties", "/additionalProperties", "/items", "/prefixItems");

    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setBaseUri("form:///")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);

    private final Validator validator;

    /** @throws IllegalArgumentException with a sentence for the model about what is wrong */
    Form(JsonObject schema) {
        if (schema.encode().length() > LONGEST) {
            throw new IllegalArgumentException("The schema is longer than " + LONGEST + " characters.");
        }
        if (!"object".equals(schema.getValue("type"))) {
            throw new IllegalArgumentException("The schema of a form must have the type object.");
        }
        try {
            validator = Validator.create(JsonSchema.of((JsonObject) checkable(schema)), OPTIONS);
            validator.validate(new JsonObject());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    e instanceof IllegalArgumentException ? e.getMessage() : "The schema is no JSON Schema.", e);
        }
    }

    private static Object checkable(Object schema) {
        if (schema instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(each -> copy.add(checkable(each)));
            return copy;
        }
        if (!(schema instanceof JsonObject object)) {
            return schema;
        }
        JsonObject copy = new JsonObject();
        for (Map.Entry<String, Object> each : object) {
            if (REFERENCES.contains(each.getKey()) && each.getValue() instanceof String) {
                throw new IllegalArgumentException(
                        "The schema of a form must stand alone, without " + each.getKey() + ".");
            }
            boolean isPattern = each.getKey().equals("pattern") && each.getValue() instanceof String;
            if (!isPattern && !each.getKey().equals("patternProperties")) {
                copy.put(each.getKey(), VALUES.contains(each.getKey()) ? each.getValue() : checkable(each.getValue()));
            }
        }
        return copy;
    }

    /** @throws Refusal for an answer that does not fit, saying where and why */
    void check(JsonObject answer) {
        OutputUnit result = validator.validate(answer);
        if (Boolean.TRUE.equals(result.getValid())) {
            return;
        }
        Map<String, String> errors = new LinkedHashMap<>();
        List<OutputUnit> all = result.getErrors() == null ? List.of() : result.getErrors();
        all.stream().filter(error -> !isSummary(error)).forEach(error -> put(errors, error));
        all.stream().filter(Form::isSummary).forEach(error -> put(errors, error));
        JsonArray list = new JsonArray();
        errors.entrySet().stream()
                .limit(MOST_ERRORS)
                .forEach(each ->
                        list.add(new JsonObject().put("at", each.getKey()).put("error", each.getValue())));
        throw new Refusal(
                422,
                "form_mismatch",
                "The answer does not fit the form" + first(errors) + " The question is still open.",
                new JsonObject().put("field", "output").put("errors", list));
    }

    private static String first(Map<String, String> errors) {
        return errors.entrySet().stream()
                .findFirst()
                .map(each -> (each.getKey().isEmpty() ? ": " : ", at " + each.getKey() + ": ") + each.getValue() + ".")
                .orElse(".");
    }

    /** The first for each place. Places are JSON Pointers. */
    private static void put(Map<String, String> errors, OutputUnit error) {
        errors.putIfAbsent(String.valueOf(error.getInstanceLocation()).substring(1), error.getError());
    }

    private static boolean isSummary(OutputUnit error) {
        String keyword = String.valueOf(error.getKeywordLocation());
        return SUMMARIES.stream().anyMatch(keyword::endsWith);
    }
}

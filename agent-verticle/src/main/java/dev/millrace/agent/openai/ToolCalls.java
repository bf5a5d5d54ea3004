package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.ModelFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts tool calls together from their fragments. By the book a fragment names its call by {@code index}; servers forget
 * it, repeat it, or send ids instead, so a fragment's place is found by whatever it has. Pure.
 */
final class ToolCalls {

    /** A model that asks for more at once has lost its way. */
    private static final int MOST = 64;

    private static final int MOST_ARGUMENTS = 1 << 20;

    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, Slot> byIndex = new HashMap<>();
    private int argumentsLength;

    private static final class Slot {

        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** One element of {@code tool_calls}. */
    void add(JsonObject fragment) {
        JsonObject function = Fields.object(fragment, "function");
        add(
                Fields.integer(fragment, "index"),
                Fields.text(fragment, "id"),
                function == null ? new JsonObject() : function);
    }

    /** The {@code function_call} of old servers: there is one of it. */
    void addOnly(JsonObject function) {
        add(0, "", function);
    }

    private void add(@Nullable Integer index, String id, JsonObject function) {
        String name = Fields.text(function, "name");
        Slot slot = index == null ? unindexed(id, name) : indexed(index, id);
        if (slot.id.isEmpty()) {
            slot.id = id;
        }
        // A repeated name is no second half of it.
        if (slot.arguments.length() == 0 && !name.equals(slot.name)) {
            slot.name += name;
        }
        append(slot, function.getValue("arguments"));
    }

    private Slot indexed(Integer index, String id) {
        Slot there = byIndex.get(index);
        boolean another = there != null && !id.isEmpty() && !there.id.isEmpty() && !id.equals(there.id);
        if (there != null && !another) {
            return there;
        }
        Slot added = slot();
        byIndex.put(index, added);
        return added;
    }

    private Slot unindexed(String id, String name) {
        for (Slot slot : slots) {
            if (!id.isEmpty() && id.equals(slot.id)) {
                return slot;
            }
        }
        Slot last = slots.isEmpty() ? null : slots.get(slots.size() - 1);
        boolean begins = !id.isEmpty() || (!name.isEmpty() && (last == null || startsAnother(last, name)));
        return last == null || begins ? slot() : last;
    }

    /** Without index and id: the same name before any arguments is the same call said twice. */
    private static boolean startsAnother(Slot last, String name) {
        return last.arguments.length() > 0 || !name.equals(last.name);
    }

    private Slot slot() {
        if (slots.size() == MOST) {
            throw tooMuch();
        }
        Slot slot = new Slot();
        slots.add(slot);
        return slot;
    }

    private void append(Slot slot, @Nullable Object arguments) {
        String text = arguments instanceof JsonObject object
                ? object.encode()
                : arguments instanceof String written ? written : "";
        argumentsLength += text.length();
        if (argumentsLength > MOST_ARGUMENTS) {
            throw tooMuch();
        }
        slot.arguments.append(text);
    }

    private static Trouble tooMuch() {
        return Trouble.elsewhere(new ModelFailure(
                "upstream_bad_response",
                "The model asked for more tools, or gave them longer arguments, than an answer may hold; ask again.",
                true));
    }

    /** All of them, in the order they began. */
    List<Delta.ToolCall> whole() {
        return slots.stream()
                .map(slot -> new Delta.ToolCall(
                        slot.id.isEmpty() ? "call_" + UUID.randomUUID() : slot.id,
                        slot.name,
                        slot.arguments.toString().isBlank() ? "{}" : slot.arguments.toString()))
                .toList();
    }
}

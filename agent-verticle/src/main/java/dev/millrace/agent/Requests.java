package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Warning;
import dev.millrace.run.Input;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run asks a person. Each is open until it is answered, its time is over, or the run is. As long as one is open the
 * run's own time stands still. On the run's thread.
 */
final class Requests {

    /** Hears of each. */
    interface Told {

        void required(String request, String kind);
    }

    /** What is asked for, and the kind of input that answers it. */
    enum Kind {
        TEXT(Input.Kind.TEXT),
        FORM(Input.Kind.OUTPUT),
        TOOL(Input.Kind.OUTPUT),
        APPROVAL(Input.Kind.APPROVED);

        private final Input.Kind answer;

        Kind(Input.Kind answer) {
            this.answer = answer;
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param form null where any answer of the kind will do */
    private record Open(Kind kind, @Nullable Form form, Promise<Object> answer, Bell expiry) {}

    private final Clock clock;
    private final RunStream stream;
    private final Duration timeout;
    private final WorkLimit limit;
    private final Told told;
    private final Map<String, Open> open = new LinkedHashMap<>();
    private int asked;
    private @Nullable List<JsonObject> together;

    Requests(Clock clock, RunStream stream, Duration timeout, WorkLimit limit, Told told) {
        this.clock = clock;
        this.stream = stream;
        this.timeout = timeout;
        this.limit = limit;
        this.told = told;
    }

    /**
     * Asks.
     *
     * @param details what to show, beside what every request has
     * @return what the person said. Fails when nobody answered in time; the message is for the model. Neither comes when
     *     the run is over before
     */
    Future<Object> ask(Kind kind, JsonObject details) {
        return ask(kind, details, null);
    }

    /** Asks for what fits a form. */
    Future<Object> ask(Form form, JsonObject details) {
        return ask(Kind.FORM, details, form);
    }

    private Future<Object> ask(Kind kind, JsonObject details, @Nullable Form form) {
        String id = "req_" + ++asked;
        Promise<Object> answer = Promise.promise();
        if (open.isEmpty()) {
            limit.pause();
        }
        open.put(id, new Open(kind, form, answer, clock.in(timeout.toMillis(), () -> expire(id))));
        Instant expiry = Instant.ofEpochMilli(clock.millis()).plus(timeout).truncatedTo(ChronoUnit.MILLIS);
        JsonObject request = new JsonObject().put("request", id).put("kind", kind.text());
        request.mergeIn(details).put("expires_at", expiry.toString());
        if (together == null) {
            show(request);
        } else {
            together.add(request);
        }
        told.required(id, kind.text());
        return answer.future();
    }

    private void show(JsonObject request) {
        stream.append(new Status(Step.INPUT_REQUIRED, request));
    }

    /**
     * What is asked meanwhile is shown behind it, and each says how many there are: a front end that ends its answer when
     * it has to ask must know that it has them all.
     */
    void together(Runnable asking) {
        List<JsonObject> all = new ArrayList<>();
        together = all;
        try {
            asking.run();
        } finally {
            together = null;
        }
        all.forEach(request -> show(all.size() == 1 ? request : request.put("together", all.size())));
    }

    boolean areOpen() {
        return !open.isEmpty();
    }

    /** What the run has so far, and what its other tools found, is kept: it goes on without this answer. */
    private void expire(String id) {
        stream.append(new Warning("input_expired", "Nobody answered in time; the answer goes on without."));
        Open expired = close(id);
        if (expired != null) {
            expired.answer().fail("Nobody answered within " + timeout.toSeconds() + " seconds. Go on without.");
        }
    }

    private @Nullable Open close(String id) {
        Open closed = open.remove(id);
        if (closed != null) {
            closed.expiry().silence();
            if (open.isEmpty()) {
                limit.goOn();
            }
        }
        return closed;
    }

    /**
     * Which request an input answers: the one that it names, or else the one of its kind that is open. A text for which
     * none is open answers none.
     *
     * @throws Refusal for an input that fits none
     */
    @Nullable
    String answeredBy(Input input) {
        String named = input.request() == null ? onlyOne(input) : input.request();
        if (named == null) {
            return null;
        }
        Open request = open.get(named);
        if (request == null) {
            throw new Refusal(409, "input_not_expected", "The run has no open request '" + named + "'" + others());
        }
        Input.Kind answer = request.kind().answer;
        if (input.kind() != answer) {
            throw wrong(answer.field(), "is missing; request '" + named + "' is answered with it");
        }
        Form form = request.form();
        if (form != null) {
            if (!(input.value() instanceof JsonObject filled)) {
                throw wrong(answer.field(), "must be an object, for it answers a form");
            }
            form.check(filled);
        }
        return named;
    }

    private @Nullable String onlyOne(Input input) {
        List<String> fit = open.entrySet().stream()
                .filter(each -> each.getValue().kind().answer == input.kind())
                .map(Map.Entry::getKey)
                .toList();
        if (fit.size() > 1) {
            throw wrong("request", "is missing, and these are open: " + String.join(", ", fit));
        }
        if (fit.isEmpty() && input.kind() != Input.Kind.TEXT) {
            throw new Refusal(
                    409,
                    "input_not_expected",
                    "The run has no open request for '" + input.kind().field() + "'" + others());
        }
        return fit.isEmpty() ? null : fit.get(0);
    }

    private String others() {
        return open.isEmpty() ? "." : "; there is: " + String.join(", ", open.keySet()) + ".";
    }

    private static Refusal wrong(String field, String what) {
        return new Refusal(400, "bad_field", "'" + field + "' " + what + ".", new JsonObject().put("field", field));
    }

    /** Gives an open request its answer. */
    void answer(String id, Object value) {
        Objects.requireNonNull(close(id), id).answer().complete(value);
    }

    /** The run is over. Nobody waits for answers any more. */
    void end() {
        open.values().forEach(each -> each.expiry().silence());
        open.clear();
    }
}

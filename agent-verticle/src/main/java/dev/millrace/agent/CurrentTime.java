package dev.millrace.agent;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.time.Clock;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;

/** Tells a model the time, which it cannot know. */
final class CurrentTime implements Tool {

    static final String NAME = "current_time";

    private final Clock clock;

    CurrentTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Tells the current date, time and day of the week.";
    }

    @Override
    public JsonObject schema() {
        JsonObject zone = new JsonObject()
                .put("type", "string")
                .put("default", "UTC")
                .put("description", "A time zone such as Europe/Paris.");
        return new JsonObject()
                .put("type", "object")
                .put("properties", new JsonObject().put("zone", zone))
                .put("additionalProperties", false);
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        Object zone = arguments.getValue("zone");
        try {
            ZonedDateTime now = Instant.ofEpochMilli(clock.millis())
                    .atZone(ZoneId.of(zone instanceof String text && !text.isBlank() ? text : "UTC"));
            return Future.succeededFuture(Result.of(new JsonObject()
                    .put("time", now.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
                    .put("zone", now.getZone().getId())
                    .put("weekday", now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH))));
        } catch (DateTimeException e) {
            return Future.failedFuture("current_time takes as \"zone\" a time zone such as Europe/Paris.");
        }
    }
}

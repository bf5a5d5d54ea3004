package dev.millrace.agent.openai;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a server asks to be left alone, in whichever of its headers it says so. Pure. */
final class RetryAfter {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    /** As Go writes a time: {@code 6m0s}, {@code 1.5s}, {@code 20ms}. */
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");

    private RetryAfter() {}

    /**
     * The first that is there and can be read: {@code retry-after-ms}, {@code Retry-After} in seconds or as a date, then
     * when the limits of rate say that they begin anew.
     *
     * @param now milliseconds since the Unix epoch
     * @return milliseconds from now, 0 for a time that has passed; -1 when no header says
     */
    static long millis(MultiMap headers, long now) {
        long millis = number(headers.get("retry-after-ms"), 1);
        if (millis >= 0) {
            return millis;
        }
        String after = headers.get("retry-after");
        long seconds = number(after, 1_000);
        if (seconds >= 0) {
            return seconds;
        }
        long date = date(after, now);
        return date >= 0 ? date : reset(headers);
    }

    private static long number(@Nullable String text, int unit) {
        return text != null && NUMBER.matcher(text.strip()).matches()
                ? Math.round(Double.parseDouble(text.strip()) * unit)
                : -1;
    }

    private static long date(@Nullable String text, long now) {
        if (text == null) {
            return -1;
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            return Math.max(0, date.toInstant().toEpochMilli() - now);
        } catch (DateTimeException e) {
            return -1;
        }
    }

    /** The later of the two, for both must allow the next request. */
    private static long reset(MultiMap headers) {
        return List.of("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens").stream()
                .mapToLong(name -> duration(headers.get(name)))
                .max()
                .orElse(-1);
    }

    private static long duration(@Nullable String text) {
        if (text == null || !text.matches("(" + PART.pattern() + ")+")) {
            return -1;
        }
        double millis = 0;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            millis += Double.parseDouble(part.group(1))
                    * switch (part.group(2)) {
                        case "ms" -> 1;
                        case "s" -> 1_000;
                        case "m" -> 60_000;
                        default -> 3_600_000;
                    };
        }
        return Math.round(millis);
    }
}

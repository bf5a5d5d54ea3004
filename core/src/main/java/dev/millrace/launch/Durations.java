package dev.millrace.launch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Reads a time as people write it: {@code 90s}, {@code 15m}, {@code 24h}, {@code 7d}, or {@code 1.5s}. */
public final class Durations implements CommandLine.ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)");

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no time like 90s, 15m, 24h or 7d");
        }
        ChronoUnit unit =
                switch (form.group(2)) {
                    case "ms" -> ChronoUnit.MILLIS;
                    case "s" -> ChronoUnit.SECONDS;
                    case "m" -> ChronoUnit.MINUTES;
                    case "h" -> ChronoUnit.HOURS;
                    default -> ChronoUnit.DAYS;
                };
        BigDecimal millis = new BigDecimal(form.group(1))
                .multiply(BigDecimal.valueOf(unit.getDuration().toMillis()));
        return Duration.ofMillis(millis.longValue()); // a part of a millisecond is none
    }
}

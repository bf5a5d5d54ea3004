package dev.millrace.log;

import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a reader asks to begin, the same on every streaming endpoint (DESIGN section 2, "Resume"). */
public sealed interface Start {

    /** Right after an event. */
    record After(EventId id) implements Start {}

    /** After an id that is none. A browser cannot be refused: it is told, and gets what is kept. */
    record Malformed(String id) implements Start {}

    /** With the oldest kept event. */
    record Earliest() implements Start {}

    /** With the next event to come. */
    record Latest() implements Start {}

    /** With the first event stored at that time or later. */
    record Since(long millis) implements Start {}

    /**
     * Reads the request. The header wins over the query, because a browser that reconnects sends the header to the URL
     * it was first given.
     *
     * @param header {@code Last-Event-ID}
     * @param query {@code last_event_id}
     * @param from {@code earliest}, {@code latest}, or a time in RFC 3339 or milliseconds since 1970
     * @return empty when the request says nothing of it
     * @throws IllegalArgumentException with a sentence for the client, when the query is wrong
     */
    static Optional<Start> of(@Nullable String header, @Nullable String query, @Nullable String from) {
        if (header != null && !header.isEmpty()) {
            return Optional.of(EventId.parse(header).<Start>map(After::new).orElseGet(() -> new Malformed(header)));
        }
        if (query != null) {
            return Optional.of(new After(EventId.parse(query)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "last_event_id must be an event id like 42-1795165913943, not " + quoted(query)))));
        }
        return Optional.ofNullable(from).map(Start::from);
    }

    private static Start from(String from) {
        if (from.equals("earliest")) {
            return new Earliest();
        }
        if (from.equals("latest")) {
            return new Latest();
        }
        try {
            boolean digits = !from.isEmpty() && from.chars().allMatch(c -> c >= '0' && c <= '9');
            return new Since(digits ? Long.parseLong(from) : Instant.parse(from).toEpochMilli());
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "from must be earliest, latest, milliseconds or a time like 2026-11-20T10:00:00Z, not "
                            + quoted(from));
        }
    }

    private static String quoted(String text) {
        return "'" + shortened(text) + "'";
    }

    /** What a stranger sent goes back to them, but not all of it. */
    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    /** Finds the place in a log: what the first bytes of the stream say, and what the reader must be told first. */
    default Future<Opening> open(StreamLog log, StreamName stream) {
        if (this instanceof After after) {
            return log.read(stream, after.id(), 1).map(page -> opening(after.id(), page));
        }
        if (this instanceof Since since) {
            return log.head(stream).compose(extent -> log.locate(stream, since.millis())
                    .map(position -> new Opening(position, Optional.empty(), extent)));
        }
        return log.head(stream).map(this::opening);
    }

    private static Opening opening(EventId requested, Page page) {
        Optional<Notice> notice = page.notice(requested);
        return new Opening(notice.isPresent() ? page.extent().before() : requested, notice, page.extent());
    }

    private Opening opening(Extent extent) {
        EventId position = this instanceof Latest ? extent.head() : extent.before();
        Optional<Notice> notice = this instanceof Malformed malformed
                ? Optional.of(
                        Notice.reset(Notice.Reason.MALFORMED, shortened(malformed.id()), extent.first(), extent.head()))
                : Optional.empty();
        return new Opening(position, notice, extent);
    }
}

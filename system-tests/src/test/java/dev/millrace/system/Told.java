package dev.millrace.system;

import java.util.stream.Collectors;

/** Whole streams of runs as text that can be compared. */
final class Told {

    private Told() {}

    /** An event a line, to the end; ids go by what they name, times and hashes are left out. */
    static String of(SseStream stream) {
        stream.awaitEnd();
        String told = stream.events().stream()
                .map(event -> event.type() + " " + event.data() + "\n")
                .collect(Collectors.joining());
        return told.replace(stream.run(), "RUN")
                .replace(stream.session(), "SES")
                .replaceAll("msg_[a-z0-9]+", "MSG")
                .replaceAll("\"latency_ms\":\\d+,\"ttft_ms\":(\\d+|null),", "")
                .replaceAll(",\"took_ms\":\\d+", "")
                .replaceAll("\"expires_at\":\"[^\"]*\"", "\"expires_at\":\"SOON\"")
                .replaceAll(",\"text_sha256\":\"[0-9a-f]{64}\"", "");
    }
}

package dev.millrace.audio.capture;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where captures are kept, and how much of them.
 *
 * @param folder of the files
 * @param sessionBytes of one file
 * @param totalBytes of all of them together; the oldest go first
 * @param keep how long a file stays
 */
public record CaptureOptions(Path folder, long sessionBytes, long totalBytes, Duration keep, Redaction redaction) {}

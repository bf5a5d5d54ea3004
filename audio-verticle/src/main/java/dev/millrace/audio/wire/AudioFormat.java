package dev.millrace.audio.wire;

import io.vertx.core.json.JsonObject;

/**
 * How audio travels in one direction.
 *
 * @param rate samples a second: 8000, 16000, 24000 or 48000
 * @param sequenced whether each frame has a header that says where it belongs
 */
public record AudioFormat(Encoding encoding, int rate, boolean sequenced) {

    public static final AudioFormat DEFAULT = new AudioFormat(Encoding.PCM_S16LE, 16_000, false);

    /** Samples in 20 ms. */
    public int frame() {
        return rate / 50;
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("encoding", encoding.text())
                .put("rate", rate)
                .put("frame_ms", 20)
                .put("framing", sequenced ? "seq" : "raw");
    }
}

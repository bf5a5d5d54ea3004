package dev.millrace.app.voice;

import io.vertx.core.json.JsonObject;

/** Where a call is shown. On the call's loop. */
public interface VoiceView {

    /** A message of the server, as it came and read. */
    void show(String text, JsonObject message);

    /** We begin to say something. */
    default void saying(String what, long millis) {}
}

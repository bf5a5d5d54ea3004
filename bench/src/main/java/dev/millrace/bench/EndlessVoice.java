package dev.millrace.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A process that stands in for a speech engine: whatever the sentence, it speaks without an end at 16 kHz, a few seconds
 * at once and then at the pace at which it is heard. Faster, and the kernel would hold megabytes for each listener.
 */
public final class EndlessVoice {

    private static final int EVERY_MS = 500;
    private static final int CHUNK_BYTES = 16_000;
    private static final int CHUNKS_AHEAD = 6;

    private static final Set<HttpServerResponse> LISTENERS = new LinkedHashSet<>();

    private EndlessVoice() {}

    /** @param args the port */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(asked -> begin(request.response())))
                .listen(Integer.parseInt(args[0]), "127.0.0.1")
                .onSuccess(listening -> {
                    vertx.runOnContext(
                            go -> vertx.setPeriodic(EVERY_MS, tick -> LISTENERS.forEach(each -> speak(each, 1))));
                    System.out.println("ready");
                })
                .onFailure(cause -> System.exit(1));
    }

    private static void begin(HttpServerResponse response) {
        response.setChunked(true).putHeader("Content-Type", "audio/pcm");
        response.exceptionHandler(gone -> {});
        response.closeHandler(gone -> LISTENERS.remove(response));
        LISTENERS.add(response);
        speak(response, CHUNKS_AHEAD);
    }

    private static void speak(HttpServerResponse response, int chunks) {
        if (!response.writeQueueFull()) {
            response.write(Buffer.buffer(new byte[chunks * CHUNK_BYTES])).onFailure(gone -> {});
        }
    }
}

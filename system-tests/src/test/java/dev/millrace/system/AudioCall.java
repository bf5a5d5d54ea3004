package dev.millrace.system;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A call of the audio route by somebody who talks nonsense. With the client of the JDK: that of Vert.x takes a socket for
 * refused whose handshake, messages and end all come at once.
 */
final class AudioCall implements WebSocket.Listener {

    private final List<String> said = new ArrayList<>();
    private final CompletableFuture<List<String>> heard = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();

    private AudioCall() {}

    /** The subprotocol, each message, and the code that the socket was closed with. */
    static List<String> nonsense(int port, boolean tls, String token) throws GeneralSecurityException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        AudioCall call = new AudioCall();
        HttpClient.newBuilder()
                .sslContext(trusting)
                .build()
                .newWebSocketBuilder()
                .subprotocols("audio.v1", "bearer." + token)
                .buildAsync(URI.create((tls ? "wss" : "ws") + "://localhost:" + port + "/api/audio"), call)
                .thenCompose(socket -> socket.sendText("nonsense", true))
                .whenComplete((socket, failure) -> {
                    if (failure != null && call.said.isEmpty()) {
                        call.heard.completeExceptionally(failure);
                    }
                });
        return SseClient.await(call.heard);
    }

    @Override
    public void onOpen(WebSocket socket) {
        said.add(socket.getSubprotocol());
        socket.request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        message.append(text);
        if (last) {
            said.add(message.toString());
            message.setLength(0);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        said.add("closed with " + status);
        heard.complete(said);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        heard.completeExceptionally(failure);
    }
}

package dev.millrace.system;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;

/** A call of the audio route by somebody who talks nonsense. */
final class AudioCall {

    private AudioCall() {}

    /** The subprotocol, each message, and the code that the socket was closed with. */
    static List<String> nonsense(Vertx vertx, int port, boolean tls, String token) {
        WebSocketClientOptions options =
                new WebSocketClientOptions().setSsl(tls).setTrustAll(tls).setVerifyHost(false);
        WebSocketConnectOptions call = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/api/audio")
                .setSubProtocols(List.of("audio.v1", "bearer." + token));
        Promise<List<String>> heard = Promise.promise();
        List<String> said = new ArrayList<>();
        // Before it connects: what comes right behind the handshake would otherwise be missed.
        ClientWebSocket socket = vertx.createWebSocketClient(options).webSocket();
        socket.textMessageHandler(said::add);
        socket.closeHandler(closed -> {
            said.add(0, "" + socket.subProtocol());
            said.add("closed with " + socket.closeStatusCode());
            heard.tryComplete(said);
        });
        socket.connect(call).onFailure(heard::tryFail).onSuccess(open -> open.writeTextMessage("nonsense")
                .onFailure(gone -> {}));
        return SseClient.await(heard.future().toCompletionStage().toCompletableFuture());
    }
}

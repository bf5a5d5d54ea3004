package dev.millrace.http;

import dev.millrace.tls.CertifiedKey;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.Optional;

/** What a connection may ask of us, in numbers, beside what would happen without them. */
final class HttpLimits {

    private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** Three heartbeats: whoever lets none of them through in that time is gone. */
    private static final int WRITE_IDLE_SECONDS = 45;

    /**
     * More than all the tabs of a browser open to one server, so that none of them waits for another. No more, because a
     * connection lives on one event loop: a proxy with many readers shall open several.
     */
    private static final int MAX_STREAMS = 256;

    /**
     * Streams that are reset in half a minute, by either side. Twice as many as there can be at once: the end of all
     * readers behind a proxy is no flood, and a flood is thousands in a second (CVE-2023-44487).
     */
    private static final int MAX_RESETS = 2 * MAX_STREAMS;

    /** Four whole windows: as long as fewer bodies wait for us to look at their tokens, the others are not held up. */
    private static final int CONNECTION_WINDOW_BYTES = 4 * 65_535;

    private HttpLimits() {}

    /** @param port a negative one is a port of the system's choice, which all event loops share */
    static HttpServerOptions server(EdgeOptions options, int port, Optional<CertifiedKey> key) {
        HttpServerOptions server = new HttpServerOptions()
                .setHost(options.host())
                .setPort(port)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setIdleTimeout(options.idleSeconds())
                // A reset waits behind bytes that a stalled reader never takes; this closes the socket under them. It
                // also ends a connection whose client sends half a frame, byte after byte, when nothing else goes on.
                .setWriteIdleTimeout(WRITE_IDLE_SECONDS)
                .setTcpNoDelay(true)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_STREAMS)
                        .setMaxHeaderListSize(MAX_HEADER_BYTES)
                        .setPushEnabled(false))
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
                .setCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                // A message that is too long is answered with 1009; a frame that is too long breaks the connection.
                .setMaxWebSocketFrameSize(128 << 10)
                .setMaxWebSocketMessageSize(64 << 10)
                .setWebSocketSubProtocols(List.of(Edge.AUDIO_SUBPROTOCOL));
        key.ifPresent(certified -> server.setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(certified.options().getKeyCertOptions()));
        return server;
    }
}

package dev.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 without TLS, as proxies speak it: many requests on one connection, and what one of them may do to the others. */
@Timeout(120)
final class Http2EdgeTest {

    private static final long LONG = 60_000;

    /** RFC 9113, section 7. */
    private static final long CANCEL = 8;

    private static final long ENHANCE_YOUR_CALM = 11;

    private final WatchedTransport transport = new WatchedTransport();
    private final Vertx vertx = Vertx.builder().withTransport(transport).build();
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp2MaxSize(1));
    private int port;

    private record Answer(int status, String body) {

        String code() {
            return new JsonObject(body).getString("code");
        }
    }

    @BeforeEach
    void listen() throws Exception {
        Edge edge = new Edge(
                vertx,
                transport,
                new EdgeOptions(
                        "127.0.0.1", 0, 1, LONG, 300, 60, 0, Set.of("https://app.example.com"), Optional.empty()));
        edge.router().get("/hello").handler(ctx -> ctx.end("hello"));
        edge.router().get("/never").handler(ctx -> ctx.response().write("begun"));
        edge.router()
                .post("/echo")
                .handler(Body.upTo(100_000))
                .handler(ctx -> ctx.end(ctx.body().buffer()));
        port = await(edge.listen());
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void theServerSaysItsLimitsInItsSettings() throws Exception {
        Http2Settings settings = await(request(HttpMethod.GET, "/hello").compose(request -> {
            HttpConnection connection = request.connection();
            return request.send().compose(HttpClientResponse::body).map(body -> connection.remoteSettings());
        }));
        assertEquals(256, settings.getMaxConcurrentStreams());
        assertEquals(16 << 10, settings.getMaxHeaderListSize());
    }

    @Test
    void aBodyThatDoesNotArriveIsA408AndTheOtherStreamsGoOn() throws Exception {
        HttpClientRequest slow = await(request(HttpMethod.POST, "/echo"));
        Future<Answer> refused = answer(slow.putHeader("Content-Length", "10"));
        slow.exceptionHandler(reset -> {});
        slow.write("12");
        Answer answer = await(refused);
        assertEquals(408, answer.status());
        assertEquals("body_too_slow", answer.code());
        HttpClientRequest next = await(request(HttpMethod.GET, "/hello"));
        assertSame(slow.connection(), next.connection());
        assertEquals(new Answer(200, "hello"), send(next));
    }

    @Test
    void aBodyThatIsTooLargeIsA413AndTheOtherStreamsGoOn() throws Exception {
        HttpClientRequest large = await(request(HttpMethod.POST, "/echo"));
        Answer answer = send(large, Buffer.buffer(new byte[1 << 20]));
        assertEquals(413, answer.status());
        HttpClientRequest next = await(request(HttpMethod.GET, "/hello"));
        assertSame(large.connection(), next.connection());
        assertEquals(new Answer(200, "hello"), send(next));
    }

    /** Frame by frame: our own client would not send what the server's settings forbid. */
    @Test
    void headersThatAreTooLargeAreA431AndTheConnectionGoesOn() throws Exception {
        String get = "\202\206\204\1\1x"; // GET, http and / out of the table of HPACK, and the authority x
        String manyHeaders = get + "\0\1x\0".repeat(500); // 4 bytes each, which count as 33
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout((int) LONG);
            OutputStream out = socket.getOutputStream();
            out.write(latin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0"));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
            out.write(latin(headers(1, manyHeaders)));
            assertEquals("431", status(in, decoder, 1));
            out.write(latin(headers(3, get)));
            assertEquals("404", status(in, decoder, 3));
        }
    }

    /** A frame with a whole head and no body. */
    private static String headers(int stream, String head) {
        return "\0" + (char) (head.length() >> 8) + (char) (head.length() & 0xff) + "\1\5\0\0\0" + (char) stream + head;
    }

    /** Of the first answer on a stream, whatever comes before it. */
    private static String status(DataInputStream in, Http2HeadersDecoder decoder, int wanted) throws Exception {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == 1) {
                int priority = (flags & 0x20) == 0 ? 0 : 5;
                CharSequence status = decoder.decodeHeaders(
                                stream, Unpooled.wrappedBuffer(payload).skipBytes(priority))
                        .status();
                if (stream == wanted) {
                    return status.toString();
                }
            }
        }
    }

    private static byte[] latin(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whoBeginsAndResetsWithoutEndIsSentAway() throws Exception {
        Promise<GoAway> sentAway = Promise.promise();
        HttpClientRequest first = await(request(HttpMethod.GET, "/hello"));
        first.connection().goAwayHandler(sentAway::tryComplete);
        send(first);
        begin(sentAway.future());
        assertEquals(ENHANCE_YOUR_CALM, await(sentAway.future()).getErrorCode());
    }

    /** One after the other, each reset as soon as its answer has begun. */
    private void begin(Future<GoAway> until) {
        if (!until.isComplete()) {
            request(HttpMethod.GET, "/never")
                    .compose(request -> request.send().onSuccess(response -> {
                        response.exceptionHandler(reset -> {});
                        request.reset(CANCEL);
                    }))
                    .onComplete(done -> begin(until));
        }
    }

    @Test
    void aPageOfAnAllowedOriginIsKnownAndAStrangerIsRefused() throws Exception {
        for (String origin : new String[] {"https://app.example.com", "http://127.0.0.1:" + port}) {
            HttpClientRequest request = await(request(HttpMethod.GET, "/hello"));
            assertEquals(200, send(request.putHeader("Origin", origin)).status(), origin);
        }
        HttpClientRequest request = await(request(HttpMethod.GET, "/hello"));
        Answer stranger = send(request.putHeader("Origin", "https://evil.example.com"));
        assertEquals("origin_not_allowed", stranger.code());
    }

    // ---- a client ------------------------------------------------------------------------------------------------

    private Future<HttpClientRequest> request(HttpMethod method, String path) {
        return client.request(method, port, "127.0.0.1", path);
    }

    /** What comes, whether or not all of the body was sent. Asked before it is: an answer that nobody awaits is lost. */
    private static Future<Answer> answer(HttpClientRequest request) {
        return request.response().compose(head -> {
            // Behind a whole answer a reset says only that no more of the body is wanted.
            Buffer body = Buffer.buffer();
            Promise<Answer> whole = Promise.promise();
            head.handler(body::appendBuffer);
            head.endHandler(end -> whole.tryComplete(new Answer(head.statusCode(), body.toString())));
            head.exceptionHandler(whole::tryFail);
            return whole.future();
        });
    }

    private static Answer send(HttpClientRequest request) throws Exception {
        return send(request, Buffer.buffer());
    }

    private static Answer send(HttpClientRequest request, Buffer body) throws Exception {
        Future<Answer> answer = answer(request);
        request.end(body);
        return await(answer);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LONG, TimeUnit.MILLISECONDS);
    }
}

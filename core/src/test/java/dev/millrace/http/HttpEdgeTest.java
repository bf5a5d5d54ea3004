package dev.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The edge with limits that a test can wait for; what ends a connection here is the server, and no clock of the test. */
final class HttpEdgeTest {

    /** Beyond the idle time of one second, in steps below it. */
    private static final int STEPS = 8;

    private static final long STEP_MILLIS = 250;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int LONG = 60_000;

    private final WatchedTransport transport = new WatchedTransport();
    private final Vertx vertx = Vertx.builder().withTransport(transport).build();

    /** Fields, for a client that nobody holds is closed by the garbage collector. */
    private final NetClient netClient = vertx.createNetClient();

    private final WebSocketClient webSocketClient = vertx.createWebSocketClient();

    private Edge edge = new Edge(vertx, transport, limits(LONG, LONG, 60));

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void whoNeverCompletesAHeadIsDisconnected() throws Exception {
        int port = listen(limits(300, LONG, 60));
        for (String beginning : List.of("", "G", "GET / HTTP/1.1\r\nX-A: ", "\r\n", "PRI * HTTP/2.0\r\n")) {
            try (Socket socket = connect(port, beginning)) {
                assertEquals("", text(socket.getInputStream().readAllBytes()), beginning);
            }
        }
    }

    /** Over HTTP/2 the server speaks first, so there is something to read before the end. */
    @Test
    void whoOpensHttp2AndNeverCompletesAHeadIsDisconnected() throws Exception {
        int port = listen(limits(300, LONG, 60));
        String settings = "\0\0\0\4\0\0\0\0\0";
        String ping = "\0\0\10\6\0\0\0\0\0" + "pingpong";
        String halfAHead = "\0\0\20\1\4\0\0\0\1\202\204";
        String headWithoutItsEnd = "\0\0\2\1\1\0\0\0\1\202\204";
        for (String beginning :
                List.of("", "\0", settings, settings + ping, settings + halfAHead, settings + headWithoutItsEnd)) {
            try (Socket socket = connect(port, PREFACE + beginning)) {
                byte[] read = socket.getInputStream().readAllBytes();
                assertTrue(read.length > 9 && read[3] == 4, "the server's SETTINGS after " + beginning);
            }
        }
    }

    @Test
    void whoDribblesItsHttp2HeadIsDisconnectedAllTheSame() throws Exception {
        int port = listen(limits(300, LONG, 60));
        String settings = "\0\0\0\4\0\0\0\0\0";
        // A preface, the settings of a client, and a head, each as long as one may announce it to be.
        Map<String, String> dribbled = Map.of(
                "",
                PREFACE,
                PREFACE,
                "\0\77\374\4\0\0\0\0\0" + "\0".repeat(100),
                PREFACE + settings,
                "\0\77\377\1\4\0\0\0\1" + "\202".repeat(100));
        for (Map.Entry<String, String> client : dribbled.entrySet()) {
            Promise<Void> closed = Promise.promise();
            NetSocket socket = await(netClient.connect(port, "127.0.0.1"));
            socket.handler(frames -> {}).closeHandler(gone -> closed.complete());
            await(socket.write(latin(client.getKey())));
            String next = client.getValue();
            int[] sent = {0};
            long timer = vertx.setPeriodic(STEP_MILLIS, id -> socket.write(latin(next.substring(sent[0], ++sent[0]))));
            await(closed.future());
            vertx.cancelTimer(timer);
        }
    }

    @Test
    void aBodyThatDoesNotArriveIsA408AndTheConnectionEnds() throws Exception {
        int port = listen(limits(LONG, 300, 60));
        try (Socket socket = connect(port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12")) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertTrue(answer.startsWith("HTTP/1.1 408 Request Timeout\r\n"), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertEquals("body_too_slow", problem(answer).getString("code"));
        }
    }

    @Test
    void aConnectionWithoutANextRequestIsClosedAfterItsIdleTime() throws Exception {
        int port = listen(limits(LONG, LONG, 1));
        try (Socket socket = connect(port, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            assertTrue(answer.endsWith("hello"), answer);
        }
    }

    @Test
    void dribblingHalfANextRequestDoesNotKeepAConnection() throws Exception {
        int port = listen(limits(LONG, LONG, 1));
        Promise<Void> closed = Promise.promise();
        NetSocket socket = await(netClient.connect(port, "127.0.0.1"));
        socket.closeHandler(gone -> closed.complete());
        socket.handler(answer -> {});
        await(socket.write("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nX-A: "));
        vertx.setPeriodic(STEP_MILLIS, id -> socket.write("a"));
        await(closed.future());
    }

    @Test
    void aStreamIsNotClosedWhileItGoesOn() throws Exception {
        int port = listen(limits(LONG, LONG, 1));
        try (Socket socket = connect(port, "GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertTrue(answer.endsWith("4\r\ntick\r\n0\r\n\r\n"), answer);
            assertEquals(STEPS, answer.split("tick", -1).length - 1);
        }
    }

    @Test
    void aBodyIsNotInterruptedWhileItComes() throws Exception {
        int port = listen(limits(LONG, LONG, 1));
        Promise<String> answered = Promise.promise();
        NetSocket socket = await(netClient.connect(port, "127.0.0.1"));
        StringBuilder answer = new StringBuilder();
        socket.handler(answer::append).closeHandler(gone -> answered.complete(answer.toString()));
        await(socket.write(
                "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + STEPS + "\r\n\r\n"));
        steps(() -> socket.write("x"), () -> {});
        String all = await(answered.future());
        assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
        assertTrue(all.endsWith("\r\n\r\n" + "x".repeat(STEPS)), all);
    }

    @Test
    void aWebSocketLivesAsLongAsItIsUsed() throws Exception {
        int port = listen(limits(LONG, LONG, 1));
        WebSocket socket = await(webSocketClient.connect(
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/socket")));
        List<String> heard = new ArrayList<>();
        Promise<Short> closed = Promise.promise();
        socket.textMessageHandler(text -> {
            heard.add(text);
            if (heard.size() == STEPS) {
                socket.close((short) 1000);
            }
        });
        socket.closeHandler(gone -> closed.complete(socket.closeStatusCode()));
        steps(() -> socket.writeTextMessage("still here"), () -> {});
        assertEquals((short) 1000, await(closed.future()));
        assertEquals(STEPS, heard.size());
    }

    @Test
    void aPageOfAnAllowedOriginMayCallAndMayReadWhatWentWrong() throws Exception {
        int port = listen(limits(LONG, LONG, 60).origins(Set.of("https://app.example.com")));
        String preflight =
                ask(port, "OPTIONS /hello", "Origin: https://app.example.com", "Access-Control-Request-Method: GET");
        assertTrue(preflight.startsWith("HTTP/1.1 204 "), preflight);
        assertTrue(preflight.contains("access-control-allow-origin: https://app.example.com\r\n"), preflight);
        String good = ask(port, "GET /hello", "Origin: https://app.example.com");
        assertTrue(good.contains("access-control-allow-origin: https://app.example.com\r\n"), good);
        assertTrue(good.contains("X-Run-Id"), good);
        String bad = ask(port, "GET /nothing", "Origin: https://app.example.com");
        assertEquals("no_such_route", problem(bad).getString("code"));
        assertTrue(bad.contains("access-control-allow-origin: https://app.example.com\r\n"), bad);
    }

    @Test
    void aPageOfAnotherOriginMayNotAndAProgramWithoutOriginMay() throws Exception {
        int port = listen(limits(LONG, LONG, 60).origins(Set.of("https://app.example.com")));
        String stranger = ask(port, "GET /hello", "Origin: https://evil.example.com");
        assertEquals("origin_not_allowed", problem(stranger).getString("code"));
        assertFalse(stranger.toLowerCase().contains("access-control-allow-origin"), stranger);
        assertTrue(ask(port, "GET /hello").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void withoutOriginsNoAnswerSpeaksOfThem() throws Exception {
        int port = listen(limits(LONG, LONG, 60));
        String answer = ask(port, "GET /hello", "Origin: https://app.example.com");
        assertFalse(answer.toLowerCase().contains("access-control"), answer);
    }

    @Test
    void aHandlerThatFailsIsA500WithoutItsReason() throws Exception {
        String answer = ask(listen(limits(LONG, LONG, 60)), "GET /broken");
        assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
        assertEquals("internal", problem(answer).getString("code"));
        assertFalse(answer.contains("secret"), answer);
    }

    @Test
    void aBusyPortFailsTheStart() throws Exception {
        Edge first = new Edge(vertx, transport, limits(LONG, LONG, 60));
        int port = await(first.listen());
        WatchedTransport otherTransport = new WatchedTransport();
        Vertx other =
                Vertx.builder().withTransport(otherTransport).build(); // in one Vert.x two servers would share the port
        try {
            Future<Integer> second = new Edge(other, otherTransport, EdgeOptions.on("127.0.0.1", port)).listen();
            Throwable cause = await(second.<Throwable>map(bound -> new AssertionError("bound " + bound))
                    .otherwise(failure -> failure));
            assertTrue(cause instanceof java.net.BindException, String.valueOf(cause));
        } finally {
            await(other.close());
        }
        await(first.close());
    }

    @Test
    void theManagementPortSaysWhetherTheProcessIsAliveAndReady() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        Management management = await(Management.listen(vertx, "127.0.0.1", 0, ready::get));
        assertTrue(ask(management.port(), "GET /health/live").endsWith("{\"status\":\"UP\"}"));
        String down = ask(management.port(), "GET /health/ready");
        assertTrue(down.startsWith("HTTP/1.1 503 "), down);
        assertTrue(down.endsWith("{\"status\":\"DOWN\"}"), down);
        ready.set(true);
        String up = ask(management.port(), "GET /health/ready");
        assertTrue(up.startsWith("HTTP/1.1 200 "), up);
        assertTrue(up.endsWith("{\"status\":\"UP\"}"), up);
        String wrong = ask(management.port(), "DELETE /health/live");
        assertEquals("method_not_allowed", problem(wrong).getString("code"));
        assertTrue(wrong.contains("\r\nAllow: GET, HEAD\r\n"), wrong);
        String nothing = ask(management.port(), "GET /api/chat");
        assertEquals(
                "There is nothing at this path. The routes are /health/live and /health/ready.",
                problem(nothing).getString("detail"));
        await(management.close());
    }

    @Test
    void aClosedGateIsA503ThatSaysWhenToComeBackAndTheConnectionIsNotUsedAgain() throws Exception {
        int port = listen(limits(LONG, LONG, 60));
        try (Socket socket = connect(port, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n")) {
            readUntil(socket.getInputStream(), "through");
            edge.refuseWork();
            socket.getOutputStream().write(bytes("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n"));
            String refused = text(socket.getInputStream().readAllBytes());
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            assertTrue(refused.contains("\r\nConnection: close\r\n"), refused);
            assertTrue(refused.matches("(?s).*\r\nRetry-After: [1-5]\r\n.*"), refused);
            assertEquals("draining", problem(refused).getString("code"));
        }
        try (Socket socket = connect(port, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")) {
            String served = text(socket.getInputStream().readAllBytes()); // to the end of the connection
            assertTrue(served.endsWith("hello"), served);
            assertTrue(served.contains("\r\nConnection: close\r\n"), served);
        }
    }

    @Test
    void whatIsUnderWayWhenThePortClosesIsAnsweredToItsEnd() throws Exception {
        int port = listen(limits(LONG, LONG, 60));
        try (Socket idle = connect(port, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
                Socket busy = connect(port, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")) {
            readUntil(idle.getInputStream(), "hello");
            readUntil(busy.getInputStream(), "tick");
            Future<Void> closed = edge.shutdown(LONG);
            assertEquals("", text(idle.getInputStream().readAllBytes()));
            String rest = text(busy.getInputStream().readAllBytes());
            assertTrue(rest.endsWith("4\r\ntick\r\n0\r\n\r\n"), rest);
            await(closed);
            assertThrows(ConnectException.class, () -> connect(port, ""));
        }
    }

    @Test
    void whatIsNotOverInTimeWhenThePortClosesIsCutOff() throws Exception {
        int port = listen(limits(LONG, LONG, 60));
        try (Socket busy = connect(port, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n")) {
            readUntil(busy.getInputStream(), "tick");
            await(edge.shutdown(100));
            assertEquals("\r\n", text(busy.getInputStream().readAllBytes()));
        }
    }

    @Test
    void anOldConnectionIsClosedBehindItsNextAnswer() throws Exception {
        int port = listen(limits(LONG, LONG, 60).lifetime(1));
        try (Socket socket = connect(port, "")) {
            String request = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
            StringBuilder answers = new StringBuilder();
            while (!answers.toString().contains("Connection: close")) { // it is a millisecond old, sooner or later
                socket.getOutputStream().write(bytes(request));
                answers.append(readUntil(socket.getInputStream(), "hello"));
            }
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aConnectionThatBecameOldUnderAStreamIsClosedSoonAfterIt() throws Exception {
        int port = listen(limits(LONG, LONG, 60).lifetime(500));
        try (Socket socket = connect(port, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertFalse(answer.contains("Connection: close"), "it was young: " + answer);
            assertTrue(answer.endsWith("4\r\ntick\r\n0\r\n\r\n"), answer);
        }
    }

    // ---- a server and its clients --------------------------------------------------------------------------------

    private static EdgeOptions limits(long headerMillis, long bodyMillis, int idleSeconds) {
        return new EdgeOptions("127.0.0.1", 0, 1, headerMillis, bodyMillis, idleSeconds, 0, Set.of(), Optional.empty());
    }

    private int listen(EdgeOptions options) throws Exception {
        edge = new Edge(vertx, transport, options);
        edge.router().get("/gate").handler(edge.newWork()).handler(ctx -> ctx.end("through"));
        edge.router()
                .get("/never")
                .handler(ctx -> ctx.response().setChunked(true).write("tick"));
        edge.router().get("/hello").handler(ctx -> ctx.end("hello"));
        edge.router().get("/broken").handler(ctx -> {
            throw new IllegalStateException("a secret");
        });
        edge.router()
                .post("/echo")
                .handler(Body.upTo(100))
                .handler(ctx -> ctx.end(ctx.body().buffer()));
        edge.router().get("/stream").handler(ctx -> {
            ctx.response().setChunked(true);
            steps(() -> ctx.response().write("tick"), () -> ctx.response().end());
        });
        edge.router().get("/socket").handler(ctx -> ctx.request().toWebSocket().onSuccess(HttpEdgeTest::echo));
        return await(edge.listen());
    }

    private static void echo(ServerWebSocket socket) {
        socket.textMessageHandler(socket::writeTextMessage);
    }

    private void steps(Runnable step, Runnable end) {
        int[] left = {STEPS};
        vertx.setPeriodic(STEP_MILLIS, id -> {
            step.run();
            if (--left[0] == 0) {
                vertx.cancelTimer(id);
                end.run();
            }
        });
    }

    private static String ask(int port, String request, String... headers) throws IOException {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        try (Socket socket = connect(port, request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n")) {
            InputStream in = socket.getInputStream();
            return text(in.readAllBytes());
        }
    }

    private static Socket connect(int port, String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(LONG);
        socket.getOutputStream().write(bytes(bytes));
        return socket;
    }

    private static Buffer latin(String bytes) {
        return Buffer.buffer(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What comes, up to and with this. */
    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int b = in.read();
            assertTrue(b >= 0, () -> "ended without '" + end + "': " + read);
            read.append((char) b);
        }
        return read.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static JsonObject problem(String answer) {
        assertTrue(answer.contains("\r\nContent-Type: application/problem+json\r\n"), answer);
        return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LONG, TimeUnit.MILLISECONDS);
    }
}

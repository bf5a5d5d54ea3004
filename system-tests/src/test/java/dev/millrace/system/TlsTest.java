package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.http.Edge;
import dev.millrace.http.EdgeOptions;
import dev.millrace.http.TlsFiles;
import dev.millrace.http.WatchedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port of the routes with a certificate: what is agreed on it, and who is not waited for. */
@Timeout(120)
class TlsTest {

    private static final long LONG = 60_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

    @TempDir
    Path folder;

    private final WatchedTransport transport = new WatchedTransport();
    private final Vertx vertx = Vertx.builder().withTransport(transport).build();
    private final List<Certificate> made = new ArrayList<>();
    private Certificates.Pair pair;
    private @Nullable Edge edge;

    @BeforeEach
    void make() throws Exception {
        pair = make("first", "RSA");
    }

    @AfterEach
    void close() throws Exception {
        if (edge != null) {
            await(edge.close());
        }
        await(vertx.close());
    }

    @Test
    void theClientChoosesTheProtocolAndHttp2ComesFirst() throws Exception {
        int port = listen(LONG, LONG);
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            assertEquals("h2", agreed(port, version, "h2", "http/1.1"));
            assertEquals("http/1.1", agreed(port, version, "http/1.1"));
            assertEquals("", agreed(port, version));
        }
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<String> answer = get(port, version);
            assertEquals(version, answer.version());
            assertEquals("hello", answer.body());
        }
    }

    @Test
    void anOlderTlsIsRefused() throws Exception {
        int port = listen(LONG, LONG);
        // A ClientHello of TLS 1.0, as the JDK would not send it any more.
        byte[] hello = java.util.HexFormat.of()
                .parseHex("160301002d" + "010000290301" + "00".repeat(32) + "00" + "0002002f" + "0100");
        try (Socket socket = plain(port)) {
            socket.getOutputStream().write(hello);
            byte[] answer = socket.getInputStream().readAllBytes();
            assertEquals(21, answer[0], "an alert, and no ServerHello");
        }
    }

    @Test
    void whoNeverCompletesTheHandshakeIsDisconnected() throws Exception {
        int port = listen(300, LONG);
        for (String beginning : List.of("", "\26", "\26\3\1\2\0\1\0\1\374\3\3")) {
            try (Socket socket = plain(port)) {
                socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
                socket.getInputStream().readAllBytes(); // returns: that is the test
            }
        }
    }

    @Test
    void whoCompletesTheHandshakeAndNoHeadIsDisconnected() throws Exception {
        int port = listen(300, LONG);
        String halfAHead = "\0\0\20\1\4\0\0\0\1\202\204";
        for (String beginning :
                List.of("", "PRI * HT", PREFACE, PREFACE + "\0", PREFACE + SETTINGS, PREFACE + SETTINGS + halfAHead)) {
            assertEnds(port, "h2", beginning);
        }
        for (String beginning : List.of("", "GET / HTTP/1.1\r\nX-A: ")) {
            assertEnds(port, "http/1.1", beginning);
        }
    }

    private void assertEnds(int port, String protocol, String beginning) throws Exception {
        try (SSLSocket socket = secure(port, "TLSv1.3", protocol)) {
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) { // what the server says first
            }
        }
    }

    @Test
    void aRenewedCertificateIsTakenWithoutARestartAndConnectionsStay() throws Exception {
        int port = listen(LONG, 20);
        HttpClient early = client();
        assertEquals("hello", get(early, port, HttpClient.Version.HTTP_2).body());
        assertEquals("CN=first", name(port));
        replace(make("second", "EC"));
        eventually(() -> name(port).equals("CN=second"));
        assertEquals("h2", agreed(port, "TLSv1.3", "h2"));
        assertEquals("hello", get(early, port, HttpClient.Version.HTTP_2).body());
    }

    @Test
    void aBrokenPairChangesNothingUntilAGoodOneComes() throws Exception {
        int port = listen(LONG, 20);
        Certificates.Pair third = make("third", "RSA");
        try (Logged logged = Logged.of("dev.millrace.http")) {
            Files.copy(third.certificate(), pair.certificate(), StandardCopyOption.REPLACE_EXISTING);
            eventually(() -> logged.lines().stream()
                    .anyMatch(line -> line.startsWith("the key in " + pair.key() + " is not that of the certificate")));
            assertEquals("CN=first", name(port));
            Files.delete(pair.key());
            eventually(() -> logged.lines().stream()
                    .anyMatch(line -> line.startsWith("the key file " + pair.key() + " does not exist; ")));
            assertEquals("CN=first", name(port));
            assertTrue(logged.lines().get(0).contains("the certificate in use stays, and is good until "));
        }
        Files.copy(third.key(), pair.key());
        eventually(() -> name(port).equals("CN=third"));
    }

    @Test
    void aWebSocketOpensOverTls() throws Exception {
        try (Server server = Server.start(
                folder,
                "--tls-cert",
                pair.certificate().toString(),
                "--tls-key",
                pair.key().toString())) {
            WebSocketConnectOptions options = new WebSocketConnectOptions()
                    .setHost("localhost")
                    .setPort(server.port())
                    .setSsl(true)
                    .setURI("/api/audio")
                    .addSubProtocol("audio.v1")
                    .addHeader(
                            "Authorization", "Bearer " + server.token("default", "ada", java.time.Duration.ofHours(1)))
                    .addHeader("Origin", "https://localhost:" + server.port());
            io.vertx.core.http.WebSocketClient sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setTrustOptions(
                            new PemTrustOptions().addCertPath(pair.certificate().toString())));
            io.vertx.core.http.WebSocket socket = await(sockets.connect(options));
            assertEquals("audio.v1", socket.subProtocol());
            await(socket.close());
            options.putHeader("Origin", "https://evil.example.com");
            Throwable refused = await(sockets.connect(options)
                    .<Throwable>map(opened -> new AssertionError("opened"))
                    .otherwise(cause -> cause));
            assertTrue(refused instanceof UpgradeRejectedException, String.valueOf(refused));
        }
    }

    @Test
    void aPageOfOurOwnAddressIsNoStrangerOverHttp2() throws Exception {
        try (Server server = Server.start(
                folder,
                "--origins",
                "https://app.example.com",
                "--tls-cert",
                pair.certificate().toString(),
                "--tls-key",
                pair.key().toString())) {
            String own = "https://127.0.0.1:" + server.port();
            for (HttpClient.Version version : HttpClient.Version.values()) {
                assertEquals(401, from(own, server.port(), version).statusCode());
                HttpResponse<String> allowed = from("https://app.example.com", server.port(), version);
                assertEquals(401, allowed.statusCode());
                assertEquals(
                        Optional.of("https://app.example.com"),
                        allowed.headers().firstValue("access-control-allow-origin"));
                assertEquals(
                        403,
                        from("https://evil.example.com", server.port(), version).statusCode());
            }
        }
    }

    private HttpResponse<String> from(String origin, int port, HttpClient.Version version) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/events"))
                .version(version)
                .header("Origin", origin)
                .build();
        return client().send(request, HttpResponse.BodyHandlers.ofString());
    }

    // ---- a server and its clients --------------------------------------------------------------------------------

    private int listen(long headerMillis, long checkMillis) throws Exception {
        TlsFiles files = new TlsFiles(pair.certificate(), pair.key(), checkMillis);
        edge = new Edge(
                vertx,
                transport,
                new EdgeOptions("127.0.0.1", 0, 2, headerMillis, LONG, 60, 0, Set.of(), Optional.of(files)));
        edge.router().route("/hello").method(HttpMethod.GET).handler(ctx -> ctx.end(Buffer.buffer("hello")));
        return await(edge.listen());
    }

    private Certificates.Pair make(String name, String algorithm) throws Exception {
        Certificates.Pair next = Certificates.make(folder, name, algorithm);
        try (InputStream pem = Files.newInputStream(next.certificate())) {
            made.add(CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        return next;
    }

    /** As what renews certificates does it: another file under the same name. */
    private void replace(Certificates.Pair next) throws IOException {
        Files.move(next.key(), pair.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(next.certificate(), pair.certificate(), StandardCopyOption.REPLACE_EXISTING);
    }

    private String agreed(int port, String version, String... protocols) throws Exception {
        try (SSLSocket socket = secure(port, version, protocols)) {
            return socket.getApplicationProtocol();
        }
    }

    private String name(int port) {
        try (SSLSocket socket = secure(port, "TLSv1.3")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** After the handshake. It trusts every certificate that was made. */
    private SSLSocket secure(int port, String version, String... protocols) throws Exception {
        SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout((int) LONG);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private Socket plain(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout((int) LONG);
        return socket;
    }

    private HttpClient client() throws Exception {
        return HttpClient.newBuilder().sslContext(trusting()).build();
    }

    private HttpResponse<String> get(int port, HttpClient.Version version) throws Exception {
        return get(client(), port, version);
    }

    private static HttpResponse<String> get(HttpClient client, int port, HttpClient.Version version) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/hello"))
                .version(version)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (Certificate certificate : made) {
            trusted.setCertificateEntry(String.valueOf(trusted.size()), certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void eventually(BooleanSupplier condition) {
        Server.eventually("what the certificate files say", condition);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LONG, TimeUnit.MILLISECONDS);
    }
}

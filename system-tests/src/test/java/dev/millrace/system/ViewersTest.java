package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpMethod;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ViewersTest {

    private static final int VIEWERS = 50;

    /** Eight passages with such a title are an event that no socket buffer takes in whole. */
    private static final int HEAVY_TITLE = 500_000;

    @TempDir
    Path folder;

    @Test
    void fiftyViewersAtFiftyPacesSeeTheSame() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of the paces: " + seed);
        try (Server server = Server.start(folder, "--token-pace", "2")) {
            SseClient ada = server.client("ada");
            SseStream whole = ada.ask(Library.WHEEL);
            ExecutorService threads = Executors.newFixedThreadPool(VIEWERS);
            List<Future<List<String>>> viewers = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                Random random = new Random(seed + i);
                Callable<List<String>> viewer = i % 3 == 0
                        ? () -> reconnecting(ada, whole.run(), random)
                        : () -> SseClient.await(ada.open(
                                        HttpMethod.GET, path(whole), null, SseStream.WHOLE, "Last-Event-ID", "0-0"))
                                .atPace(() -> random.nextInt(6))
                                .awaitEnd()
                                .eventBlocks();
                viewers.add(threads.submit(viewer));
            }
            try (Socket stalled = stall(server, ada, whole.run())) {
                assertEquals("completed", whole.done().getString("status"));
                for (Future<List<String>> viewer : viewers) {
                    assertEquals(whole.eventBlocks(), viewer.get(), "seed " + seed);
                }
                assertEquals(whole.wire(), rest(stalled));
            } finally {
                threads.shutdownNow();
            }
            server.awaitQuiet();
        }
    }

    private static List<String> reconnecting(SseClient client, String run, Random random) {
        List<String> blocks = new ArrayList<>();
        String id = "0-0";
        while (blocks.isEmpty() || !blocks.get(blocks.size() - 1).contains("\nevent: done\n")) {
            SseStream part = client.watch(1 + random.nextInt(40), "/api/chat/" + run, "Last-Event-ID", id)
                    .awaitEnd();
            blocks.addAll(part.eventBlocks());
            id = part.lastId();
        }
        return blocks;
    }

    private static String path(SseStream run) {
        return "/api/chat/" + run.run();
    }

    /**
     * The run is over and everybody else has it, and who never read still stands in the log: what a stalled reader has not
     * taken waits there, once for all, and not in a queue of its own. (Had it been written to the sockets, their tails
     * would be at their end and gone.)
     */
    @Test
    void whoNeverReadsIsAPositionInTheLogAndNoMore() throws Exception {
        Library.writeHeavyTo(folder.resolve("docs"), HEAVY_TITLE);
        try (Server server = Server.start(folder, "--token-pace", "1", "--log-memory", "200")) {
            SseClient ada = server.client("ada");
            SseStream whole = ada.ask(Library.HEAVY);
            List<Socket> stalled = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                stalled.add(stall(server, ada, whole.run()));
            }
            Server.eventually(
                    "six readers", () -> whole.isOver() || server.log().tails() == 6);
            assertEquals("completed", whole.done().getString("status"));
            Server.eventually("the reader's leave", () -> server.log().tails() <= 5);
            assertEquals(5, server.log().tails());
            assertEquals(1, server.log().windows());
            String session = "/api/chat/sessions/" + whole.session();
            Server.eventually(
                    "the answer in its conversation",
                    () -> ada.get(session).json().getString("active_run") == null);
            long weight = server.log().weight();

            assertEquals(whole.wire(), rest(stalled.get(0)), "it reads at last, and has missed nothing");
            Server.eventually("its leave", () -> server.log().tails() == 4);
            stalled.get(1).setSoLinger(true, 0);
            for (Socket each : stalled) {
                each.close();
            }
            server.awaitQuiet();
            assertEquals(weight, server.log().weight(), "nothing was held for them");
        }
    }

    /** Asks, and reads nothing. HTTP/1.0, so that the body stands on the wire as it is. */
    private static Socket stall(Server server, SseClient client, String run) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        String request = "GET /api/chat/" + run + " HTTP/1.0\r\nHost: x\r\nLast-Event-ID: 0-0\r\nAuthorization: Bearer "
                + client.token() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The body, to its end. */
    private static String rest(Socket socket) throws Exception {
        InputStream in = socket.getInputStream();
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(all.startsWith("HTTP/1.0 200 OK\r\n"), all.substring(0, Math.min(100, all.length())));
        return all.substring(all.indexOf("\r\n\r\n") + 4);
    }
}

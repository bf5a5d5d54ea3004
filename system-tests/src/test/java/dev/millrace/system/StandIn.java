package dev.millrace.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Something in the place of a node, as seen by a proxy: healthy, and with an answer that no node gives, or with none. */
final class StandIn implements AutoCloseable {

    /** No node answers so. */
    static final int STATUS = 299;

    private final AtomicInteger died = new AtomicInteger();
    private final HttpServer routes;
    private final HttpServer management;

    private StandIn(Proxy.Node node, boolean dies) throws IOException {
        routes = listen(node.port(), exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (dies) {
                died.incrementAndGet();
                exchange.close(); // without a head of an answer: the connection is closed
            } else {
                answer(exchange, STATUS);
            }
        });
        management = listen(node.managementPort(), exchange -> answer(exchange, 200));
    }

    /** Answers everything with {@link #STATUS}. */
    static StandIn answering(Proxy.Node node) throws IOException {
        return new StandIn(node, false);
    }

    /** Takes each request to its end, and closes the connection. */
    static StandIn dying(Proxy.Node node) throws IOException {
        return new StandIn(node, true);
    }

    private static HttpServer listen(int port, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** How many requests it has died with. */
    int died() {
        return died.get();
    }

    @Override
    public void close() {
        routes.stop(0);
        management.stop(0);
    }
}

package dev.millrace.log.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a Redis, and loses its answers, keeps them back, or leads to another, as the test says. */
final class RedisProxy {

    private final Vertx vertx;
    private final NetServer server;
    private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger silenced = new AtomicInteger();
    private volatile int target;

    private RedisProxy(Vertx vertx, int target) {
        this.vertx = vertx;
        this.target = target;
        this.server = vertx.createNetServer().connectHandler(this::connected);
    }

    static Future<RedisProxy> before(Vertx vertx, int port) {
        RedisProxy proxy = new RedisProxy(vertx, port);
        return proxy.server.listen(0, "127.0.0.1").map(proxy);
    }

    RedisEndpoint endpoint() {
        return RedisEndpoint.parse("redis://127.0.0.1:" + server.actualPort());
    }

    /** The next so many answers are lost, and with each the connection: what was asked has happened. */
    void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /** The next connection that is asked something stays open and says nothing any more. */
    void silenceOne() {
        silenced.set(1);
    }

    /** From now on another Redis stands here, and everybody must come anew. */
    void leadTo(int port) {
        target = port;
        clients.forEach(NetSocket::close);
    }

    private void connected(NetSocket client) {
        clients.add(client);
        client.pause();
        vertx.createNetClient()
                .connect(target, "127.0.0.1")
                .onFailure(cause -> client.close())
                .onSuccess(redis -> join(client, redis));
    }

    private void join(NetSocket client, NetSocket redis) {
        boolean[] silent = new boolean[1];
        client.closeHandler(closed -> {
            clients.remove(client);
            redis.close();
        });
        redis.closeHandler(closed -> client.close());
        redis.exceptionHandler(cause -> client.close());
        client.exceptionHandler(cause -> redis.close());
        redis.handler(answer -> {
            if (silent[0] || takeOne(silenced)) {
                silent[0] = true;
            } else if (takeOne(answersToLose)) {
                client.close();
            } else {
                client.write(answer);
            }
        });
        client.handler(redis::write).resume();
    }

    private static boolean takeOne(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
}

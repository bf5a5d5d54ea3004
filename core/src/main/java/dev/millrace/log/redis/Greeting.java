package dev.millrace.log.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first words with a Redis: whether it is one that can hold the log. */
final class Greeting {

    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

    private Greeting() {}

    /** Fails with a reason when it is not. An account that may not ask is let pass: what it may not do will show. */
    static Future<Void> exchange(RedisConnection connection, RedisEndpoint endpoint) {
        return connection
                .send(Request.cmd(Command.INFO))
                .map(Greeting::read)
                .recover(cause -> String.valueOf(cause.getMessage()).startsWith("NOPERM")
                        ? Future.succeededFuture(Map.of())
                        : Future.failedFuture(cause))
                .compose(info -> judge(info, endpoint));
    }

    private static Map<String, String> read(Response info) {
        Map<String, String> said = new TreeMap<>();
        info.toString().lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                said.put(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        });
        return said;
    }

    private static Future<Void> judge(Map<String, String> info, RedisEndpoint endpoint) {
        String version = info.getOrDefault("redis_version", "6.2");
        if (isOlder(version)) {
            return Future.failedFuture("it is Redis " + version + ", and the log needs 6.2 or later");
        }
        if ("1".equals(info.get("cluster_enabled")) && !endpoint.isCluster()) {
            return Future.failedFuture("it is a cluster; say so with ?cluster behind its URL");
        }
        if (!"noeviction".equals(info.getOrDefault("maxmemory_policy", "noeviction"))) {
            LOG.warn(
                    "Redis at {} may evict streams: its maxmemory-policy is {} and should be noeviction",
                    endpoint,
                    info.get("maxmemory_policy"));
        }
        return Future.succeededFuture();
    }

    private static boolean isOlder(String version) {
        String[] parts = version.split("\\.", -1);
        int major = number(parts[0]);
        int minor = parts.length > 1 ? number(parts[1]) : 0;
        return major < 6 || (major == 6 && minor < 2);
    }

    private static int number(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }
}

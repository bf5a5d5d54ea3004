package dev.millrace.log.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is, and how to be let in: {@code redis://[user@]host[:port][/database]}, {@code rediss://} for TLS.
 * Several, with commas between them, are the sentinels of {@code ?sentinel=<master>} or the first nodes to ask of a
 * {@code ?cluster}. {@code ?ca=<file>} names who signed the certificate, {@code ?prefix=<text>} what the keys begin with.
 *
 * <p>The password stands in a file and never in a URL, which ends up in process lists and logs.
 */
public final class RedisEndpoint {

    private static final int DEFAULT_PORT = 6379;
    private static final String DEFAULT_PREFIX = "millrace";
    private static final int CONNECT_MILLIS = 5_000;

    private final List<URI> nodes;
    private final UrlQuery query;
    private final @Nullable String password;

    private RedisEndpoint(List<URI> nodes, UrlQuery query, @Nullable String password) {
        this.nodes = nodes;
        this.query = query;
        this.password = password;
    }

    /**
     * Reads what stands in the settings.
     *
     * @throws IllegalArgumentException with a sentence that does not repeat what was given, for it may hold a secret
     */
    public static RedisEndpoint parse(String urls) {
        int mark = urls.indexOf('?');
        UrlQuery query = UrlQuery.parse(mark < 0 ? "" : urls.substring(mark + 1));
        List<URI> nodes = new ArrayList<>();
        for (String url : (mark < 0 ? urls : urls.substring(0, mark)).split(",", -1)) {
            nodes.add(node(url.trim()));
        }
        RedisEndpoint endpoint = new RedisEndpoint(List.copyOf(nodes), query, null);
        endpoint.check();
        return endpoint;
    }

    private static URI node(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a Redis URL must look like redis://host:6379");
        }
        boolean scheme = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
        if (!scheme || uri.getHost() == null || !uri.getPath().matches("(/\\d{0,4})?")) {
            throw new IllegalArgumentException("a Redis URL must look like redis://host:6379");
        }
        if (uri.getUserInfo() != null && uri.getUserInfo().indexOf(':') >= 0) {
            throw new IllegalArgumentException("the password for Redis belongs in a file, not in its URL");
        }
        return uri;
    }

    private void check() {
        if (nodes.size() > 1 && query.type() == RedisClientType.STANDALONE) {
            throw new IllegalArgumentException("several Redis URLs need ?sentinel=<master> or ?cluster behind them");
        }
        for (URI node : nodes) {
            if (!node.getScheme().equals(nodes.get(0).getScheme())
                    || !user(node).equals(user(nodes.get(0)))) {
                throw new IllegalArgumentException(
                        "several Redis URLs must agree in redis: or rediss:, and in the user");
            }
        }
        if (query.type() == RedisClientType.CLUSTER && !database().isEmpty()) {
            throw new IllegalArgumentException("a Redis cluster has no database but the first");
        }
    }

    /** The same with the password that a file holds; a line break at its end is not part of it. */
    public RedisEndpoint passwordFrom(Path file) {
        try {
            String text = Files.readString(file).stripTrailing();
            if (text.isEmpty()) {
                throw new IllegalArgumentException("the Redis password file " + file + " is empty");
            }
            return password(text);
        } catch (IOException e) {
            throw new IllegalArgumentException("the Redis password file " + file + " cannot be read");
        }
    }

    RedisEndpoint password(String text) {
        return new RedisEndpoint(nodes, query, text);
    }

    String prefix() {
        return query.prefix().orElse(DEFAULT_PREFIX);
    }

    boolean isCluster() {
        return query.type() == RedisClientType.CLUSTER;
    }

    /** How the Vert.x client is told of it. One connection is all that each of our links takes of a pool. */
    RedisOptions options() {
        RedisOptions options = new RedisOptions()
                .setType(query.type())
                .setPoolCleanerInterval(-1)
                .setMaxWaitingHandlers(2 * Link.WINDOW)
                .setNetClientOptions(tcp());
        nodes.forEach(node -> options.addConnectionString(address(node)));
        query.sentinel().ifPresent(master -> options.setRole(RedisRole.MASTER).setMasterName(master));
        if (!user(nodes.get(0)).isEmpty()) {
            options.setUser(user(nodes.get(0)));
        }
        if (password != null) {
            options.setPassword(password);
        }
        return options;
    }

    private NetClientOptions tcp() {
        NetClientOptions tcp =
                new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpKeepAlive(true);
        if (nodes.get(0).getScheme().equals("rediss")) {
            tcp.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            query.ca().ifPresent(file -> tcp.setTrustOptions(new PemTrustOptions().addCertPath(file)));
        }
        return tcp;
    }

    /** Without the user: the client would take a user without a password for one with an empty password. */
    private String address(URI node) {
        return node.getScheme() + "://" + place(node)
                + database().map(number -> "/" + number).orElse("");
    }

    private Optional<String> database() {
        String path = nodes.get(0).getPath();
        return path.length() > 1 && !path.equals("/0") ? Optional.of(path.substring(1)) : Optional.empty();
    }

    private static String user(URI node) {
        return node.getUserInfo() == null ? "" : node.getUserInfo();
    }

    private static String place(URI node) {
        return node.getHost() + ":" + (node.getPort() < 0 ? DEFAULT_PORT : node.getPort());
    }

    /** Host and port, for sentences. Never the user, never the password. */
    @Override
    public String toString() {
        List<String> places = nodes.stream().map(RedisEndpoint::place).toList();
        return String.join(", ", places)
                + query.sentinel().map(name -> " (sentinel of " + name + ")").orElse("");
    }
}

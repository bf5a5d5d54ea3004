package dev.millrace.log.redis;

import io.vertx.redis.client.RedisClientType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What stands behind the question mark of a Redis URL. */
record UrlQuery(RedisClientType type, Optional<String> sentinel, Optional<String> ca, Optional<String> prefix) {

    static UrlQuery parse(String text) {
        UrlQuery query = new UrlQuery(RedisClientType.STANDALONE, Optional.empty(), Optional.empty(), Optional.empty());
        for (String word : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = word.indexOf('=');
            String value = equals < 0 ? "" : URLDecoder.decode(word.substring(equals + 1), StandardCharsets.UTF_8);
            query = query.with(equals < 0 ? word : word.substring(0, equals), value);
        }
        return query;
    }

    private UrlQuery with(String key, String value) {
        if (value.isEmpty() != key.equals("cluster")) {
            throw new IllegalArgumentException("a Redis URL may say ?cluster, ?sentinel=, ?ca= and ?prefix=");
        }
        Optional<String> said = Optional.of(value);
        return switch (key) {
            case "cluster" -> typed(RedisClientType.CLUSTER, Optional.empty());
            case "sentinel" -> typed(RedisClientType.SENTINEL, said);
            case "ca" -> new UrlQuery(type, sentinel, said, prefix);
            case "prefix" -> new UrlQuery(type, sentinel, ca, prefixed(value));
            default -> throw new IllegalArgumentException("a Redis URL cannot say ?" + key);
        };
    }

    private UrlQuery typed(RedisClientType type, Optional<String> sentinel) {
        if (this.type != RedisClientType.STANDALONE) {
            throw new IllegalArgumentException("a Redis has sentinels or is a cluster, not both");
        }
        return new UrlQuery(type, sentinel, ca, prefix);
    }

    /** A brace in it would move every key of a cluster to one node. */
    private static Optional<String> prefixed(String value) {
        if (!value.matches("[A-Za-z0-9._:-]{1,64}")) {
            throw new IllegalArgumentException("the prefix of Redis keys has letters, digits and ._:- only");
        }
        return Optional.of(value);
    }
}

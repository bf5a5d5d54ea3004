package dev.millrace.log.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the oldest Redis that will do. */
class RedisSixLogTest extends RedisLogContract {

    @RegisterExtension
    static final RedisServer SERVER = RedisServer.of(RedisBinary.oldest());

    @Override
    RedisServer server() {
        return SERVER;
    }
}

package dev.millrace.log.redis;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the newest Redis there is. */
class RedisLogTest extends RedisLogContract {

    @RegisterExtension
    static final RedisServer SERVER = RedisServer.given();

    @Override
    RedisServer server() {
        return SERVER;
    }
}

package dev.millrace.log;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

class MemoryLogTest extends StreamLogContract {

    private final AtomicLong clock = new AtomicLong(1_795_165_913_943L);

    @Override
    protected StreamLog open(Vertx vertx, Map<StreamName.Kind, Retention> retention) {
        return new MemoryLog(vertx, clock::get, retention, 64 << 20);
    }

    @Override
    protected void pass(Duration time) {
        clock.addAndGet(time.toMillis());
        ((MemoryLog) log).sweep();
    }
}

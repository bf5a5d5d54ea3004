package dev.millrace.system;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.app.Main;
import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Serve;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/** A gateway in this JVM with one document, and everything that is logged while it runs. */
final class BadInputServer implements AutoCloseable {

    final Gateway gateway;
    final TokenMint mint;
    final Path keyFile;
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    BadInputServer(Path folder, String... more) throws Exception {
        Path home = folder.resolve("home");
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(docs.resolve("resume.md"), "# Resume\n\nSend the last id you saw to resume a stream.\n");
        logged.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(logged);
        List<String> args =
                new ArrayList<>(List.of("--port", "0", "--management-port", "0", "--home", home.toString()));
        args.addAll(List.of("--docs", docs.toString()));
        args.addAll(List.of(more));
        if (!args.contains("--token-pace")) {
            args.addAll(List.of("--token-pace", "0"));
        }
        gateway = await(Serve.start(Main.roles(), args.toArray(String[]::new)));
        KeyFile key = KeyFile.openOrCreate(home);
        keyFile = key.path();
        mint = TokenMint.create(gateway.vertx(), key, AuthOptions.ofKeyFile(key.path()));
    }

    int port() {
        return gateway.port();
    }

    BadInputWire connect() throws IOException {
        return new BadInputWire(port());
    }

    String token(String subject) {
        return mint.mint(subject, EnumSet.allOf(Scope.class), Duration.ofHours(1));
    }

    String token(Scope only) {
        return mint.mint("ada", EnumSet.of(only), Duration.ofHours(1));
    }

    /** What was logged at ERROR or with a stack trace. */
    List<String> complaints() {
        return List.copyOf(logged.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null)
                .map(event -> event.getLevel() + " " + event.getFormattedMessage() + " " + event.getThrowableProxy())
                .toList();
    }

    /** Returns when the condition holds: what a closed socket sets off is noticed a moment later. */
    void reaches(BooleanSupplier condition) throws Exception {
        Promise<Void> reached = Promise.promise();
        long timer = gateway.vertx().setPeriodic(5, id -> {
            if (condition.getAsBoolean()) {
                reached.tryComplete();
            }
        });
        try {
            await(reached.future());
        } finally {
            gateway.vertx().cancelTimer(timer);
        }
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(gateway.close());
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
    }
}

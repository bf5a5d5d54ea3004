package dev.millrace.http;

import dev.millrace.tls.CertifiedKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ServerSSLOptions;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of a certificate now and then, and gives a running server what it finds there: certificates live for
 * weeks, and processes longer. The bytes are compared and not the files' times, because what renews certificates often
 * swaps a link. A pair that is no good, or only half written yet, changes nothing.
 */
final class Renewal {

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    private final Vertx vertx;
    private final TlsFiles files;
    private final Function<ServerSSLOptions, Future<?>> install;
    private CertifiedKey current;
    private String complaint = "";
    private long timer;
    private boolean stopped;
    private Future<?> checked = Future.succeededFuture();

    /** Begins at once. @param install tells the server, whose open connections stay as they are */
    Renewal(Vertx vertx, TlsFiles files, CertifiedKey current, Function<ServerSSLOptions, Future<?>> install) {
        this.vertx = vertx;
        this.files = files;
        this.current = current;
        this.install = install;
        next();
    }

    /** One look after the other, however long each takes. */
    private void next() {
        if (!stopped) {
            timer = vertx.setTimer(files.checkMillis(), id -> {
                checked = check();
                checked.onComplete(done -> next());
            });
        }
    }

    private Future<?> check() {
        return vertx.executeBlocking(() -> CertifiedKey.read(vertx, files.certificate(), files.key()))
                .compose(found -> current.isSameAs(found)
                        ? Future.succeededFuture()
                        : install.apply(found.options()).map(done -> renewed(found)))
                .onSuccess(done -> complaint = "")
                .onFailure(this::complain);
    }

    private CertifiedKey renewed(CertifiedKey found) {
        current = found;
        LOG.info("the certificate in {} was renewed and is good until {}", files.certificate(), found.notAfter());
        return found;
    }

    /** Once for each thing that is wrong, and not every minute. */
    private void complain(Throwable cause) {
        String sentence = String.valueOf(cause.getMessage());
        if (!sentence.equals(complaint)) {
            complaint = sentence;
            LOG.warn("{}; the certificate in use stays, and is good until {}", sentence, current.notAfter());
        }
    }

    /** Completes when nothing is under way any more. */
    Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return checked.<Void>mapEmpty().otherwiseEmpty();
    }
}

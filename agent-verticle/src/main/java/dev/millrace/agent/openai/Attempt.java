package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question to one upstream: reads what comes, and does not wait for ever. */
final class Attempt implements Call.Reader {

    /** Who wants to know; told of the end or of the trouble, once. */
    interface Listener {

        void delta(Delta delta);

        void whole();

        void trouble(Trouble trouble);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
    private static final int MOST_OF_A_REFUSAL = 2 << 10;
    private static final long LINGER_MILLIS = 1_000;

    private final Clock clock;
    private final Timeouts timeouts;
    private final Endpoint endpoint;
    private final Listener listener;
    private final Completion completion;
    private final AnswerDecoder decoder;
    private final Buffer refusal = Buffer.buffer();

    private @Nullable Call call;
    private @Nullable MultiMap headers;
    private int status;
    private long askedAt;
    private long byteAt;
    private long pieceAt;
    private boolean paused;
    private long pausedAt;
    private boolean told;
    private Bell bell = Bell.NONE;

    Attempt(Clock clock, Timeouts timeouts, Endpoint endpoint, Completion.Style style, Listener listener) {
        this.clock = clock;
        this.timeouts = timeouts;
        this.endpoint = endpoint;
        this.listener = listener;
        this.completion = new Completion(style, this::delta);
        this.decoder = new AnswerDecoder(completion);
        this.askedAt = clock.millis();
        this.pieceAt = askedAt;
        this.byteAt = askedAt;
    }

    void begin(Calls calls, Buffer body) {
        watch();
        call = calls.post(endpoint, body, this);
    }

    @Override
    public void head(int code, MultiMap received) {
        status = code;
        headers = received;
        String type = String.valueOf(received.get("content-type")).toLowerCase(Locale.ROOT);
        if (status == 200 && type.startsWith("text/html")) {
            fail(UpstreamErrors.contentType("text/html"));
        }
    }

    @Override
    public void bytes(Buffer bytes) {
        if (told) {
            cancel(); // a server that goes on behind its own end
            return;
        }
        byteAt = clock.millis();
        if (status != 200) {
            refusal.appendBuffer(bytes);
            if (refusal.length() >= MOST_OF_A_REFUSAL) {
                refused();
            }
            return;
        }
        int pieces = completion.pieces();
        try {
            decoder.feed(bytes);
            pieceAt = completion.pieces() == pieces ? pieceAt : byteAt;
            if (decoder.isSignedOff()) {
                finish();
            }
        } catch (Trouble trouble) {
            fail(trouble);
        }
    }

    private void delta(Delta delta) {
        if (!told) {
            listener.delta(delta);
        }
    }

    @Override
    public void end() {
        bell.silence();
        if (told) {
            return;
        }
        if (status == 200) {
            finish();
        } else {
            refused();
        }
    }

    @Override
    public void broken(Throwable cause) {
        bell.silence();
        if (told) {
            return;
        }
        LOG.debug("the call of {} broke", endpoint, cause);
        if (headers == null) {
            fail(UpstreamErrors.unreachable(reason(cause)));
        } else if (status == 200) {
            breakOff();
        } else {
            refused();
        }
    }

    /** An answer that says why it stopped is whole, however the connection ends. */
    private void breakOff() {
        if (completion.isFinished()) {
            finish();
        } else {
            fail(UpstreamErrors.truncated());
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "is on a host that is not known";
        }
        if (cause instanceof ConnectException) {
            return "cannot be reached";
        }
        return cause instanceof SSLException ? "has no TLS certificate we trust" : "closed the connection";
    }

    private void refused() {
        MultiMap said = headers == null ? MultiMap.caseInsensitiveMultiMap() : headers;
        int length = Math.min(refusal.length(), MOST_OF_A_REFUSAL);
        String body = refusal.getString(0, length, StandardCharsets.UTF_8.name());
        fail(UpstreamErrors.refused(status, said, body, clock.millis()));
    }

    private void finish() {
        try {
            decoder.end();
        } catch (Trouble trouble) {
            fail(trouble);
            return;
        }
        if (told) {
            return; // taken back while the last deltas were given
        }
        told = true;
        bell.silence();
        // Its end is on the way, and then the connection serves the next question.
        bell = clock.in(LINGER_MILLIS, this::cancel);
        listener.whole();
    }

    private void fail(Trouble trouble) {
        if (!told) {
            cancel();
            listener.trouble(trouble);
        }
    }

    /** Closes the connection; nobody is told of anything any more. */
    void cancel() {
        told = true;
        bell.silence();
        if (call != null) {
            call.cancel();
        }
    }

    void pause() {
        pausedAt = paused ? pausedAt : clock.millis();
        paused = true;
        if (call != null) {
            call.pause();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            long silence = clock.millis() - pausedAt; // ours, and not the upstream's
            askedAt += silence;
            byteAt += silence;
            pieceAt += silence;
            if (call != null) {
                call.resume();
            }
        }
    }

    /** One timer, which looks at what came meanwhile when it rings, and not one for each piece. */
    private void watch() {
        long now = clock.millis();
        Trouble silence = paused ? null : silence(now);
        if (silence != null) {
            fail(silence);
            return;
        }
        bell = clock.in(Math.max(1, paused ? timeouts.idle().toMillis() : patience(now)), this::watch);
    }

    private @Nullable Trouble silence(long now) {
        long first = timeouts.firstToken().toMillis();
        long idle = timeouts.idle().toMillis();
        if (completion.pieces() == 0) {
            return now - askedAt >= first ? UpstreamErrors.silent("no token", first) : null;
        }
        if (now - byteAt >= idle) {
            return UpstreamErrors.silent("nothing", idle);
        }
        long life = Math.max(first, idle);
        return now - pieceAt >= life ? UpstreamErrors.silent("no token", life) : null;
    }

    /** Never longer than the idle time: the first token may come right after this look. */
    private long patience(long now) {
        long idle = timeouts.idle().toMillis();
        return completion.pieces() == 0
                ? Math.min(idle, askedAt + timeouts.firstToken().toMillis() - now)
                : byteAt + idle - now;
    }
}

package dev.millrace.agent.openai;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.client.impl.ClientPhase;
import io.vertx.ext.web.client.impl.HttpContext;
import java.time.Duration;

/**
 * Makes calls with the web client. That tells nobody the status before the body is read, and lets nobody close a
 * connection whose answer has begun; but whoever stands between its phases, as its own sessions and OAuth2 do, is given
 * both (docs/decisions/0007-between-the-phases-of-the-web-client.md).
 */
final class Calls {

    private static final int KEEP_ALIVE_SECONDS = 30;

    private final WebClient client;
    private final long connectMillis;

    /** @param connections at once, to each upstream */
    Calls(Vertx vertx, int connections, Duration connectTimeout) {
        WebClientOptions options = new WebClientOptions()
                .setFollowRedirects(false) // the key is for this server and no other
                .setUserAgent("millrace")
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
        client = WebClient.create(vertx, options, new PoolOptions().setHttp1MaxSize(connections));
        client.addInterceptor(Calls::between);
        connectMillis = Math.max(1, connectTimeout.toMillis());
    }

    private static void between(HttpContext<?> exchange) {
        if (exchange.request().bodyCodec() instanceof Call call) {
            if (exchange.phase() == ClientPhase.SEND_REQUEST) {
                call.sending(exchange.clientRequest());
            } else if (exchange.phase() == ClientPhase.RECEIVE_RESPONSE) {
                call.receiving(exchange.clientResponse());
            }
        }
        exchange.next();
    }

    Call post(Endpoint endpoint, Buffer body, Call.Reader reader) {
        Call call = new Call(reader);
        HttpRequest<Buffer> request = client.requestAbs(HttpMethod.POST, endpoint.completions())
                .connectTimeout(connectMillis)
                .putHeader("content-type", "application/json")
                .putHeader("accept", "text/event-stream")
                .putHeader("accept-encoding", "identity"); // what packs a stream holds it back
        if (endpoint.key() != null) {
            request.bearerTokenAuthentication(endpoint.key());
        }
        endpoint.headers().forEach(request::putHeader);
        request.as(call).sendBuffer(body).onComplete(call::ended);
        return call;
    }

    void close() {
        client.close();
    }
}

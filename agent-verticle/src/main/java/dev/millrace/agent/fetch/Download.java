package dev.millrace.agent.fetch;

import dev.millrace.agent.model.Cancellation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One GET of one address that was looked up and found fit: what it is called may change, where we connect does not. */
final class Download {

    /** More is not read. */
    static final int MOST_BYTES = 512 << 10;

    private static final Pattern CHARSET = Pattern.compile("charset=\"?([A-Za-z0-9._-]+)");

    /**
     * What came.
     *
     * @param location where a redirect leads; null for anything else
     * @param cut whether there was more than we read
     */
    record Page(int status, String type, @Nullable String location, Buffer body, boolean cut) {

        String text() {
            Matcher named = CHARSET.matcher(type);
            boolean known = named.find() && Charset.isSupported(named.group(1));
            return body.toString(known ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8);
        }

        boolean isText() {
            return type.startsWith("text/") || type.contains("json") || type.contains("xml");
        }

        boolean isHtml() {
            return type.contains("html");
        }
    }

    private final HttpClient client;

    Download(HttpClient client) {
        this.client = client;
    }

    Future<Page> get(URI url, InetAddress address, Cancellation cancellation) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() < 0 ? (tls ? 443 : 80) : url.getPort();
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
        // Reading begins inside the request's callback: composed later, a response could come before its reader.
        return client.request(options).compose(request -> {
            cancellation.onCancel(request::reset);
            return request.putHeader("User-Agent", "millrace")
                    .putHeader("Accept", "text/html, text/plain, application/json")
                    .send()
                    .compose(response -> read(request, response));
        });
    }

    private static Future<Page> read(HttpClientRequest request, HttpClientResponse response) {
        Promise<Page> page = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(page::tryFail);
        response.endHandler(end -> page.tryComplete(page(response, body, false)));
        response.handler(chunk -> {
            int room = MOST_BYTES - body.length();
            body.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
            if (chunk.length() > room) {
                page.tryComplete(page(response, body, true));
                request.reset();
            }
        });
        return page.future();
    }

    private static Page page(HttpClientResponse response, Buffer body, boolean cut) {
        int status = response.statusCode();
        String type = response.getHeader("Content-Type");
        return new Page(
                status,
                type == null ? "" : type.toLowerCase(Locale.ROOT),
                status >= 300 && status < 400 ? response.getHeader("Location") : null,
                body,
                cut);
    }
}

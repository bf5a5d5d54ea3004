package dev.millrace.agent.fetch;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/**
 * Reads a page of the web as text. Only from hosts that were allowed, and never from an address of ours: the name is looked
 * up first, and the connection goes to the very address that was found fit.
 */
public final class FetchUrl implements Tool {

    public static final String NAME = "fetch_url";

    private static final int MOST_REDIRECTS = 3;
    private static final int MOST_CHARACTERS = 20_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int SECONDS = 15;

    /** Finds the addresses of a name. May block. */
    interface Resolver {

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final Vertx vertx;
    private final AllowedHosts hosts;
    private final Resolver resolver;
    private final Predicate<InetAddress> fit;
    private final Download download;

    /** @param hosts names; {@code *.example.com} is every host below it */
    public FetchUrl(Vertx vertx, List<String> hosts) {
        this(vertx, new AllowedHosts(hosts), InetAddress::getAllByName, PublicAddress::is);
    }

    FetchUrl(Vertx vertx, AllowedHosts hosts, Resolver resolver, Predicate<InetAddress> fit) {
        this.vertx = vertx;
        this.hosts = hosts;
        this.resolver = resolver;
        this.fit = fit;
        this.download = new Download(vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setDecompressionSupported(false)));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Reads a page of the web and returns its text. Only these hosts: " + String.join(", ", hosts.patterns())
                + ".";
    }

    @Override
    public JsonObject schema() {
        JsonObject url = new JsonObject().put("type", "string").put("description", "An http or https URL.");
        return new JsonObject()
                .put("type", "object")
                .put("properties", new JsonObject().put("url", url))
                .put("required", new JsonArray().add("url"))
                .put("additionalProperties", false);
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        if (!(arguments.getValue("url") instanceof String url)) {
            return Future.failedFuture("fetch_url needs \"url\", a text.");
        }
        return fetch(url, MOST_REDIRECTS, cancellation)
                .timeout(SECONDS, TimeUnit.SECONDS)
                .onFailure(cause -> cancellation.cancel())
                .map(Result::of);
    }

    /** A redirect is another URL, and is looked at as the first one was. */
    private Future<JsonObject> fetch(String url, int redirects, Cancellation cancellation) {
        URI uri;
        try {
            uri = hosts.check(url);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e.getMessage());
        }
        return address(uri.getHost())
                .compose(address -> download.get(uri, address, cancellation))
                .compose(page -> {
                    if (page.location() == null) {
                        return result(uri, page);
                    }
                    return redirects == 0
                            ? Future.failedFuture("There are too many redirects.")
                            : fetch(uri.resolve(page.location()).toString(), redirects - 1, cancellation);
                });
    }

    /** One unfit address is enough to refuse: which of them a connection would take is chance. */
    private Future<InetAddress> address(String host) {
        return vertx.executeBlocking(() -> resolver.resolve(host), false)
                .recover(unknown -> Future.failedFuture("The host " + host + " is not known."))
                .compose(addresses -> {
                    for (InetAddress address : addresses) {
                        if (!fit.test(address)) {
                            return Future.failedFuture("The host " + host + " is not on the open internet.");
                        }
                    }
                    return Future.succeededFuture(addresses[0]);
                });
    }

    private static Future<JsonObject> result(URI url, Download.Page page) {
        if (page.status() != 200) {
            return Future.failedFuture("The page was answered with status " + page.status() + ".");
        }
        if (!page.isText()) {
            return Future.failedFuture("The page is no text, but " + page.type() + ".");
        }
        JsonObject result = new JsonObject().put("url", url.toString());
        String text = page.text();
        if (page.isHtml()) {
            Document html = Jsoup.parse(text);
            result.put("title", html.title());
            text = html.body().wholeText().replaceAll("[ \\t]*\\R\\s*", "\n").strip();
        }
        boolean cut = page.cut() || text.length() > MOST_CHARACTERS;
        result.put("text", text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text);
        return Future.succeededFuture(cut ? result.put("cut", true) : result);
    }
}

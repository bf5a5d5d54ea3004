package dev.millrace.events;

import dev.millrace.auth.Tickets;
import dev.millrace.feed.FeedName;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tickets for who can send no header: how one is got, and what it opens. */
final class Ticketing {

    private static final String ROUTE = "GET " + EventsVerticle.EVENTS;

    private final Optional<Tickets> tickets;
    private final Handler<RoutingContext> credentials;

    /** @param credentials lets a request with a token pass */
    Ticketing(Optional<Tickets> tickets, Handler<RoutingContext> credentials) {
        this.tickets = tickets;
        this.credentials = credentials;
    }

    /** {@code POST /api/events/ticket} with the query that the stream will have. */
    void issue(RoutingContext ctx) {
        FeedName feed = FeedRequest.readable(ctx);
        Tickets.Use use = use(ctx, feed.name());
        long ttlMillis = ttlMillis(ctx.request().getParam("ttl_s"));
        Tickets.Ticket ticket = available().issue(Credentials.caller(ctx), use, ttlMillis);
        ctx.response().putHeader("Cache-Control", "no-store");
        ctx.json(new JsonObject()
                        .put("ticket", ticket.text())
                        .put(
                                "expires_at",
                                Instant.ofEpochMilli(ticket.expiresAtMillis()).toString()))
                .onFailure(ctx::fail);
    }

    private static long ttlMillis(@Nullable String text) {
        if (text == null) {
            return Tickets.DEFAULT_MILLIS;
        }
        try {
            long millis = Math.multiplyExact(Long.parseLong(text), 1_000L);
            if (millis >= 1_000 && millis <= Tickets.MAX_MILLIS) {
                return millis;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // as wrong as a number out of bounds
        }
        throw Problem.badRequest(
                "bad_parameter",
                "ttl_s must be a whole number of seconds from 1 to " + Tickets.MAX_MILLIS / 1_000 + ".");
    }

    /** Lets a stream begin for who has a ticket for it, or a token. A token in the header wins. */
    void admit(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String ticket = request.getParam("ticket");
        if (ticket == null || request.getHeader("Authorization") != null) {
            credentials.handle(ctx);
        } else {
            Credentials.admit(ctx, available().admit(ticket, use(ctx, FeedRequest.named(ctx))));
        }
    }

    private static Tickets.Use use(RoutingContext ctx, String feed) {
        return new Tickets.Use(ROUTE, feed, FeedRequest.filter(ctx).canonical());
    }

    private Tickets available() {
        return tickets.orElseThrow(() -> new Problem(
                503,
                "tickets_unavailable",
                "Tickets need a secret that all nodes have, and this gateway has only public keys; start every node"
                        + " with the same --jwt-key-file, or read with a token."));
    }
}

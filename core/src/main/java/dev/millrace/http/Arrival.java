package dev.millrace.http;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that was accepted. Told from all others by its two addresses: they are what the socket and Vert.x's later
 * view of it have in common.
 */
record Arrival(
        SocketAddress remote, SocketAddress local, @Nullable Channel channel) {

    /** The same connection, as Vert.x shows it once it knows what is spoken on it. */
    static Arrival of(HttpConnection connection) {
        return new Arrival(connection.remoteAddress(true), connection.localAddress(true), null);
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Arrival that && remote.equals(that.remote) && local.equals(that.local);
    }

    @Override
    public int hashCode() {
        return 31 * remote.hashCode() + local.hashCode();
    }
}

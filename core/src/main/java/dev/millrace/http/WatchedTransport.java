package dev.millrace.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The transport of Vert.x, with an eye on each connection from the moment it is accepted. On a port that speaks HTTP/2,
 * Vert.x itself tells of a connection only when it has settled what to speak, or has a whole head: a client that never
 * comes so far would hold a socket that nobody knows.
 *
 * <p>A Vert.x is built with one of these, by {@code withTransport}, and has one {@link Edge}, which is given the same.
 */
public final class WatchedTransport implements Transport, io.vertx.core.transport.Transport {

    private final Transport nio = io.vertx.core.transport.Transport.NIO.implementation();
    private final Door plain = new Door(new Watch(false));
    private final Door secure = new Door(new Watch(true));

    /** By the thread of the event loop: what belongs to a loop is only touched there. */
    private final Map<Thread, Patience<Arrival>> heads = new ConcurrentHashMap<>();

    /**
     * Who is waited for on the event loop this is called on, from the moment of the accept until {@link Patience#end}.
     *
     * @param limitMillis after which a connection is closed that has not sent its first head
     */
    Patience<Arrival> heads(Vertx vertx, long limitMillis) {
        return heads.computeIfAbsent(
                Thread.currentThread(),
                loop -> new Patience<>(vertx, System::currentTimeMillis, limitMillis, Arrival::close));
    }

    /** Before Vert.x puts anything into the pipeline of the channel; on its event loop. */
    private void accepted(Channel channel) {
        Patience<Arrival> owed = heads.get(Thread.currentThread());
        if (owed != null) {
            Arrival arrival = new Arrival(convert(channel.remoteAddress()), convert(channel.localAddress()), channel);
            owed.begin(arrival);
            channel.closeFuture().addListener(closed -> owed.end(arrival));
        }
    }

    /** Stands before Netty's own acceptor and sees each channel just before it does. */
    @Sharable
    private final class Door extends ChannelInboundHandlerAdapter {

        private final Watch watch;

        Door(Watch watch) {
            this.watch = watch;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            ((Channel) accepted).pipeline().addLast(watch);
            ctx.fireChannelRead(accepted);
        }
    }

    @Sharable
    private final class Watch extends ChannelInitializer<Channel> {

        private final boolean secure;

        Watch(boolean secure) {
            this.secure = secure;
        }

        @Override
        protected void initChannel(Channel channel) {
            accepted(channel);
            if (!secure) {
                channel.pipeline().addLast(new PriorKnowledge());
            }
        }
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        nio.configure(options, domainSocket, bootstrap);
        if (options instanceof HttpServerOptions http && (http.isUseAlpn() || http.isHttp2ClearTextEnabled())) {
            bootstrap.handler(http.isSsl() ? secure : plain);
        }
    }

    // ---- the rest is Vert.x's own --------------------------------------------------------------------------------

    @Override
    public String name() {
        return "watched nio";
    }

    @Override
    public boolean available() {
        return nio.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return nio.unavailabilityCause();
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public boolean supportsDomainSockets() {
        return nio.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return nio.supportFileRegion();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return nio.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
        return nio.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return nio.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return nio.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return nio.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // as the interface has it
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return nio.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return nio.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return nio.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        nio.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int timeout, boolean domainSocket, Bootstrap bootstrap) {
        nio.configure(options, timeout, domainSocket, bootstrap);
    }
}

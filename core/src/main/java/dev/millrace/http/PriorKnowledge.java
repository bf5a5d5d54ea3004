package dev.millrace.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Lets a client begin with HTTP/2 and not change to it. The way from HTTP/1.1 by {@code Upgrade: h2c} is gone from the
 * standard (RFC 9113, section 3.1), and it is a way around a proxy: one that passes the upgrade on, as it must for
 * WebSockets, would from then on pass on requests that it cannot see. Vert.x has no switch for it, so the header is taken
 * away from the one request that Vert.x would look at, and that is answered over HTTP/1.1.
 *
 * <p>One for each connection without TLS; gone from its pipeline with the first bytes.
 */
final class PriorKnowledge extends ChannelInboundHandlerAdapter {

    private static final int PREFACE_BYTES = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();

    /** What Vert.x calls its handler of upgrades. */
    private static final String UPGRADE_HANDLER = "h2c";

    private static final NoUpgrade NO_UPGRADE = new NoUpgrade();

    private int seen;

    /** One byte after the other until Vert.x has made up its mind: so there is a moment to stand before its handler. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        ChannelPipeline pipeline = ctx.pipeline();
        while (bytes.isReadable() && seen < PREFACE_BYTES) {
            ctx.fireChannelRead(bytes.readRetainedSlice(1));
            seen++;
            if (pipeline.get(UPGRADE_HANDLER) != null) {
                pipeline.addBefore(UPGRADE_HANDLER, null, NO_UPGRADE);
                seen = PREFACE_BYTES;
            }
        }
        if (seen == PREFACE_BYTES) {
            pipeline.remove(this);
        }
        if (bytes.isReadable()) {
            ctx.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    @Sharable
    private static final class NoUpgrade extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            if (read instanceof HttpRequest request) {
                if (request.headers().contains(HttpHeaderNames.UPGRADE, "h2c", true)) {
                    request.headers().remove(HttpHeaderNames.UPGRADE);
                }
                ctx.pipeline().remove(this);
            }
            ctx.fireChannelRead(read);
        }
    }
}

package io.waybill.bench.services;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.waybill.bench.work.Documents;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A destination by HTTP, under one path for each candidate. It answers an order ({@code POST}) with
 * 200 after a fixed time, and takes what comes again under the same {@code Idempotency-Key} no
 * second time. {@code GET} says how many it has taken, {@code DELETE} hands them over in the order
 * in which they came. One thread does everything, so there is such an order.
 */
public final class Recipient implements AutoCloseable {

  /** How long the other side takes for an order. */
  public static final int DELAY_MILLIS = 5;

  private static final int LARGEST = 1 << 20;
  private static final int BACKLOG = 1024;

  private final EventLoopGroup thread = new NioEventLoopGroup(1);
  private final Channel channel;
  private final Map<String, Desk> desks = new HashMap<>();

  /** What came under one path. */
  private static final class Desk {
    final Set<String> keys = new HashSet<>();
    final List<String> taken = new ArrayList<>();
  }

  private Recipient() {
    channel =
        new ServerBootstrap()
            .group(thread)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(LARGEST))
                        .addLast(new Requests());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  static Recipient start() {
    return new Recipient();
  }

  String url() {
    return "http://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
  }

  private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      Desk desk = desks.computeIfAbsent(request.uri(), path -> new Desk());
      if (request.method().equals(HttpMethod.POST)) {
        order(context, request, desk);
      } else if (request.method().equals(HttpMethod.GET)) {
        answer(context, HttpResponseStatus.OK, String.valueOf(desk.taken.size()));
      } else {
        answer(context, HttpResponseStatus.OK, String.join("\n", desk.taken));
        desk.taken.clear();
      }
    }

    private void order(ChannelHandlerContext context, FullHttpRequest request, Desk desk) {
      String key = request.headers().get("Idempotency-Key");
      if (key == null) {
        answer(context, HttpResponseStatus.BAD_REQUEST, "no Idempotency-Key");
        return;
      }
      if (desk.keys.add(key)) {
        desk.taken.add(Documents.head(request.content().toString(StandardCharsets.US_ASCII)));
      }
      var unused =
          context
              .executor()
              .schedule(
                  () -> answer(context, HttpResponseStatus.OK, ""),
                  DELAY_MILLIS,
                  TimeUnit.MILLISECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      var unused = context.close(); // whoever was killed does not say good-bye
    }
  }

  private static void answer(
      ChannelHandlerContext context, HttpResponseStatus status, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    var unused = context.writeAndFlush(answer);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}

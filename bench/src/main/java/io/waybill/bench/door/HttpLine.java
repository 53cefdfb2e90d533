package io.waybill.bench.door;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.waybill.bench.work.Documents;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One sender on one connection. What was not answered, or not now, is sent again under the same id,
 * before anything else.
 */
final class HttpLine {

  /** Who {@code bench/doors/http-intake} knows. */
  private static final String USER =
      "Basic "
          + Base64.getEncoder()
              .encodeToString("bench:waybill-bench".getBytes(StandardCharsets.US_ASCII));

  private static final long PAUSE_MILLIS = 50;
  private static final int ALREADY_THERE = 409;
  private static final int SERVERS_FAULT = 500;

  private final HttpSender sender;
  private final URI target;
  private final ConcurrentLinkedQueue<String> documents = new ConcurrentLinkedQueue<>();
  private @Nullable Channel channel;
  private @Nullable String current;
  private boolean connecting;

  /** Whether an answer is awaited. */
  private boolean asked;

  HttpLine(HttpSender sender, URI target) {
    this.sender = sender;
    this.target = target;
  }

  void add(String document) {
    documents.add(document);
  }

  /** Sends what there is; from here on everything is on the sender's one thread. */
  void begin() {
    if (current == null) {
      current = documents.poll();
      send();
    }
  }

  /** The one that is to be taken next, if there is one. */
  private void send() {
    String document = current;
    Channel now = channel;
    if (document == null || asked) {
      return;
    }
    if (now != null && now.isActive()) {
      asked = true;
      var unused = now.writeAndFlush(request(document));
    } else if (!connecting) {
      connecting = true;
      sender.connect(target, this);
    }
  }

  private FullHttpRequest request(String document) {
    byte[] body = document.getBytes(StandardCharsets.US_ASCII);
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, target.getPath(), Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, target.getHost())
        .set(HttpHeaderNames.AUTHORIZATION, USER)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set("Idempotency-Key", Documents.id(document));
    return request;
  }

  /** The connection could not be made. */
  void again() {
    sender.later(
        () -> {
          connecting = false;
          send();
        },
        PAUSE_MILLIS);
  }

  ChannelHandler answers() {
    return new Answers();
  }

  private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {

    @Override
    public void channelActive(ChannelHandlerContext context) {
      connecting = false;
      channel = context.channel();
      send();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
      asked = false;
      int status = answer.status().code();
      if (status / 100 == 2 || status == ALREADY_THERE) {
        sender.oneTaken();
        current = documents.poll();
      } else if (status < SERVERS_FAULT) {
        current = null;
        sender.failed("A document was answered with %s".formatted(answer.status()));
      }
      if (!HttpUtil.isKeepAlive(answer)) {
        var unused = context.close(); // and goes on over another one
      } else if (status < SERVERS_FAULT) {
        send();
      } else {
        sender.later(HttpLine.this::send, PAUSE_MILLIS);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      channel = null;
      asked = false;
      send();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      var unused = context.close(); // sent again over another one
    }
  }
}

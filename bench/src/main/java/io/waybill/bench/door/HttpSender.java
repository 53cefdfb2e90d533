package io.waybill.bench.door;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.work.Documents;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends documents by HTTP as {@link Door#CONNECTIONS} senders would: each has lanes of its own, a
 * connection that stays open, and sends one document after the other, the next when the one before
 * was taken. All of them are one thread, which costs the machine least.
 */
public final class HttpSender implements AutoCloseable {

  private static final int LARGEST_ANSWER = 1 << 20;

  private final EventLoopGroup thread = new NioEventLoopGroup(1);
  private final List<HttpLine> lines = new ArrayList<>();
  private final AtomicLong given = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  /** Connects to nobody yet. */
  public HttpSender(URI target, int connections) {
    for (int i = 0; i < connections; i++) {
      lines.add(new HttpLine(this, target));
    }
  }

  /** Gives each of the senders what it is to send. */
  public void give(Documents documents, int number) {
    for (int i = 0; i < number; i++) {
      String document = documents.next();
      lines.get(Documents.lane(document) % lines.size()).add(document);
    }
    given.addAndGet(number);
  }

  /** All begin. */
  public void begin() {
    thread.execute(() -> lines.forEach(HttpLine::begin));
  }

  /** How many documents were taken. */
  public long taken() {
    String failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(failed);
    }
    return taken.get();
  }

  /** How many were not taken yet. */
  public long left() {
    return given.get() - taken();
  }

  void oneTaken() {
    taken.incrementAndGet();
  }

  void failed(String why) {
    failure.compareAndSet(null, why);
  }

  void connect(URI target, HttpLine line) {
    new Bootstrap()
        .group(thread)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(LARGEST_ANSWER))
                    .addLast(line.answers());
              }
            })
        .connect(target.getHost(), target.getPort())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                line.again();
              }
            });
  }

  /** Runs it on the one thread, after some time. */
  void later(Runnable what, long millis) {
    if (!thread.isShuttingDown()) {
      var unused = thread.schedule(what, millis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    thread.shutdownGracefully().syncUninterruptibly();
  }
}

package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server that is kept")
class KeptTest {

  private final AtomicInteger starts = new AtomicInteger();

  @Test
  void isStartedUntilThatWorks() {
    Server first = new Server();
    try (Kept<Server> kept =
        Kept.of(
            "test",
            Path.of("data"),
            first,
            () -> starts.incrementAndGet() < 3 ? no() : new Server())) {
      first.ended.complete("killed");

      await().until(() -> kept.server() != first);
      assertThat(starts).hasValue(3);
      assertThat(first.closed).isTrue();
      assertThat(kept.server().closed).isFalse();
    }
  }

  @Test
  void isNotStartedAfterItWasClosed() {
    Server first = new Server();
    Kept<Server> kept =
        Kept.of(
            "test",
            Path.of("data"),
            first,
            () -> {
              starts.incrementAndGet();
              return no();
            });
    first.ended.complete("killed");
    await().until(() -> starts.get() > 0);
    Thread keeper = keeper();

    kept.close();
    int before = starts.get();

    await().until(() -> keeper == null || !keeper.isAlive());
    assertThat(starts).hasValue(before);
    assertThat(kept.server()).isSameAs(first);
  }

  private static Thread keeper() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("waybill-keep-test"))
        .findAny()
        .orElse(null);
  }

  private static Server no() {
    throw new IllegalStateException("no space is left");
  }

  private static final class Server implements Kept.Server {

    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile boolean closed;

    @Override
    public CompletableFuture<String> ended() {
      return ended;
    }

    @Override
    public void close() {
      closed = true;
      ended.complete("asked to");
    }
  }
}

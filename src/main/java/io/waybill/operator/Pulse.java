package io.waybill.operator;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database answers, asked by a thread of its own: whoever probes must not wait for a
 * database, and the broker's loop asks it only when there is something to write.
 */
final class Pulse implements AutoCloseable {

  private final Runnable question;
  private final Duration longest;
  private final ScheduledExecutorService asking =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "waybill-pulse");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long answeredAt = System.nanoTime();
  private volatile @Nullable String trouble = "it has not been asked yet";

  /**
   * Asks from now on.
   *
   * @param question returns when it is answered, and throws where it is not
   * @param every the pause between two questions
   * @param longest more than that without an answer is an outage, whether or not an error has come
   */
  Pulse(Runnable question, Duration every, Duration longest) {
    this.question = question;
    this.longest = longest;
    var unused =
        asking.scheduleWithFixedDelay(this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask() {
    try {
      question.run();
      answeredAt = System.nanoTime();
      trouble = null;
    } catch (RuntimeException e) {
      trouble = String.valueOf(e.getMessage());
    }
  }

  /** Why it does not answer; null while it does. */
  @Nullable String trouble() {
    String known = trouble;
    Duration silence = Duration.ofNanos(System.nanoTime() - answeredAt);
    return known != null || silence.compareTo(longest) < 0
        ? known
        : "the database has not answered for %d ms".formatted(silence.toMillis());
  }

  @Override
  public void close() {
    asking.shutdownNow();
  }
}

package io.waybill.operator;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/**
 * The first thing in a stop: a pause in which everything still works, but readiness says no, so
 * that whoever sends requests here by its readiness notices before the port is closed.
 */
final class Drain implements SmartLifecycle {

  private final Duration pause;
  private volatile boolean running;

  Drain(Duration pause) {
    this.pause = pause;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    try {
      // nobody counts it down
      var unused = new CountDownLatch(1).await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Stopped before the web server, which comes a thousand phases below. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}

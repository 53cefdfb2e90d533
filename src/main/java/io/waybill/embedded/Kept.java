package io.waybill.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server: one that ends unasked is started again, with growing pauses as long as that fails
 * and until it is closed.
 */
final class Kept<S extends Kept.Server> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MOST_PAUSE = Duration.ofSeconds(30);

  /** A server that can end by itself. */
  interface Server extends AutoCloseable {

    /** Completes with what is known of the reason when the server has ended, whoever ended it. */
    CompletableFuture<String> ended();

    /** Gives free what the server held; does nothing more to one that has ended. */
    @Override
    void close();
  }

  private final String name;
  private final Path folder;
  private final Supplier<S> start;
  private S server;
  private boolean closed;

  private Kept(String name, Path folder, Supplier<S> start, S server) {
    this.name = name;
    this.folder = folder;
    this.start = start;
    this.server = server;
  }

  /**
   * Keeps a server that runs.
   *
   * @param name what it is called in the log
   * @param start starts it again, so that its clients find it where it was
   */
  static <S extends Server> Kept<S> of(String name, Path folder, S server, Supplier<S> start) {
    Kept<S> kept = new Kept<>(name, folder, start, server);
    kept.watch();
    return kept;
  }

  private synchronized void watch() {
    var unused = server.ended().thenAcceptAsync(this::again, this::onThreadOfItsOwn);
  }

  /** Starting takes long, and trying again takes as long as the disk is full. */
  private void onThreadOfItsOwn(Runnable task) {
    Thread thread = new Thread(task, "waybill-keep-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void again(String why) {
    if (closed) {
      return;
    }
    LOG.error("{} in {} ended unasked: {}. Starting it again", name, folder, why);
    server.close();
    Duration pause = FIRST_PAUSE;
    while (!closed && !startedAgain(pause)) {
      pause(pause);
      pause = pause.multipliedBy(2).compareTo(MOST_PAUSE) < 0 ? pause.multipliedBy(2) : MOST_PAUSE;
    }
  }

  private boolean startedAgain(Duration pause) {
    try {
      server = start.get();
      watch();
      return true;
    } catch (RuntimeException e) {
      LOG.error(
          "{} does not start again, next try in {} s: {}", name, pause.toSeconds(), e.getMessage());
      return false;
    }
  }

  /** Lets others look at the server, and close it, meanwhile. */
  private void pause(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    try {
      for (long left = pause.toMillis(); left > 0 && !closed; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  /** The server at present: that has ended, where the next one could not be started yet. */
  synchronized S server() {
    return server;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    server.close();
  }
}

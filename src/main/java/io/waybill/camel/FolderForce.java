package io.waybill.camel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forces the entries of one folder to disk, for many at once: one force makes durable whatever was
 * done to the folder before it began. So whoever comes while one goes on waits for the next, and
 * all who wait share that one. Safe for use by several threads.
 */
final class FolderForce {

  /** The force itself. */
  @FunctionalInterface
  interface Disk {
    void force(Path folder) throws IOException;
  }

  private final Path folder;
  private final Disk disk;

  /** Held while a force goes on. */
  private final ReentrantLock turn = new ReentrantLock();

  /** The force that has not begun; null where nobody has asked for it yet. */
  private @Nullable CompletableFuture<@Nullable Void> next;

  FolderForce(Path folder) {
    this(folder, DurableMoves::force);
  }

  FolderForce(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  Path folder() {
    return folder;
  }

  /**
   * Returns when all that was done to the folder before the call is durable.
   *
   * @throws IOException where the force failed; all who shared it are told, as the system tells it
   *     only once
   */
  void force() throws IOException {
    CompletableFuture<@Nullable Void> mine;
    boolean first;
    synchronized (this) {
      mine = next;
      first = mine == null;
      if (mine == null) {
        mine = new CompletableFuture<>();
        next = mine;
      }
    }
    if (first) {
      perform(mine);
    }
    await(mine);
  }

  private void perform(CompletableFuture<@Nullable Void> mine) {
    turn.lock();
    try {
      synchronized (this) {
        next = null; // what is done from here on may come too late for this one
      }
      disk.force(folder);
      mine.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
    } finally {
      turn.unlock();
    }
  }

  private static void await(CompletableFuture<@Nullable Void> force) throws IOException {
    try {
      force.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw new IOException(cause == null ? e : cause);
    }
  }
}

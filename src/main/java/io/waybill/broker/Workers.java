package io.waybill.broker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs tasks on as many threads as it takes for none to wait behind one that blocks. To wake a
 * thread costs as much as many a task; so one at a time is woken, and what those awake get done
 * meanwhile needs none. Whoever begins a task while others wait sees to it that the next thread is
 * on its way.
 */
public final class Workers implements Executor {

  private final Executor threads;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** Whether a thread is on its way that has not looked for a task yet. */
  private final AtomicBoolean waking = new AtomicBoolean();

  /**
   * No threads yet.
   *
   * @param threads gives each task a thread of its own at once, such as a cached pool; or as many
   *     as it has, and then tasks wait behind those that block all of these
   */
  public Workers(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  private void wake() {
    if (waking.compareAndSet(false, true)) {
      try {
        threads.execute(this::work);
      } catch (RuntimeException | Error e) {
        waking.set(false);
        throw e;
      }
    }
  }

  private void work() {
    // before it looks: what is added from here on either is found or wakes another
    waking.set(false);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      if (!tasks.isEmpty()) {
        wakeAnother();
      }
      task.run();
    }
  }

  private void wakeAnother() {
    try {
      wake();
    } catch (RejectedExecutionException stopping) {
      // then this thread does what is left
    }
  }
}

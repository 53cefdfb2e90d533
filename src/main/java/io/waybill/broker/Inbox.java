package io.waybill.broker;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where other threads leave what the loop is to know. */
final class Inbox {

  private final LinkedBlockingQueue<Input> queue = new LinkedBlockingQueue<>();
  private @Nullable Input head;

  void put(Input input) {
    queue.add(input);
  }

  /** The next input, or null at once where there is none. For the loop's thread alone. */
  @Nullable Input poll() {
    Input first = head;
    if (first != null) {
      head = null;
      return first;
    }
    return queue.poll();
  }

  /** Waits until there is an input, at most that long. For the loop's thread alone. */
  void await(long nanos) throws InterruptedException {
    if (head == null) {
      head = queue.poll(nanos, TimeUnit.NANOSECONDS);
    }
  }
}

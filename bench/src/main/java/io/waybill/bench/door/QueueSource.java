package io.waybill.bench.door;

import io.waybill.bench.judge.Queues;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;

/** A queue that delivers nothing while it is filled. */
final class QueueSource implements Source {

  private static final int PORTION = 500;

  private final Queues queues;
  private final Producer producer;
  private final String queue;

  QueueSource(Queues queues, Producer producer, String queue) {
    this.queues = queues;
    this.producer = producer;
    this.queue = queue;
  }

  @Override
  public void fill(Documents documents, int number) throws Exception {
    queues.pause(queue);
    for (int left = number; left > 0; left -= PORTION) {
      producer.send(documents, Math.min(PORTION, left));
    }
  }

  @Override
  public void release() throws Exception {
    queues.resume(queue);
  }

  @Override
  public long waiting() {
    return queues.size(queue);
  }

  @Override
  public void close() {
    // the producer belongs to whoever made it
  }
}

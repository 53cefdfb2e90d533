package io.waybill.bench.door;

import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.judge.Verdict;
import jakarta.jms.JMSException;

/** A queue that keeps what comes until it is judged. */
record QueueDestination(Queues queues, Judge judge, String queue) implements Destination {

  @Override
  public long arrived() {
    return queues.size(queue);
  }

  @Override
  public Verdict judge(String sample, int sent) throws JMSException {
    return judge.judge(queue, sample, sent);
  }
}

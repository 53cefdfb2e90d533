package io.waybill.bench.peers.dbos;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.workflow.Workflow;
import io.waybill.bench.peers.jms.OutQueue;

/** The workflow: one step, of which DBOS remembers that it is done. */
final class DeliveryByStep implements Delivery {

  private final DBOS dbos;
  private final OutQueue queue;

  DeliveryByStep(DBOS dbos, OutQueue queue) {
    this.dbos = dbos;
    this.queue = queue;
  }

  @Override
  @Workflow(name = "deliver")
  public void deliver(String id, String body) {
    dbos.runStep(() -> queue.send(id, body), "send");
  }
}

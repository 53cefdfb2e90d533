package io.waybill.bench.peers.dbos;

/** The workflow of one document. */
public interface Delivery {

  /** Sends it, as a step. */
  void deliver(String id, String body);
}

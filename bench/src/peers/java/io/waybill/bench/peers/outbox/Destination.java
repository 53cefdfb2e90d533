package io.waybill.bench.peers.outbox;

/** What the outbox calls for each document. */
public interface Destination {

  /** Returns when the document is there, durably. */
  void send(String id, String body);
}

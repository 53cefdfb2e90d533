package io.waybill.bench.door;

import io.waybill.bench.work.Documents;

/** Senders by HTTP, who begin all at once. */
record HttpSource(HttpSender sender) implements Source {

  @Override
  public void fill(Documents documents, int number) {
    sender.give(documents, number);
  }

  @Override
  public void release() {
    sender.begin();
  }

  @Override
  public long waiting() {
    return sender.left();
  }

  @Override
  public void close() {
    sender.close();
  }
}

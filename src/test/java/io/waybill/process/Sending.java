package io.waybill.process;

import io.waybill.judge.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Programs that send documents, and what they remember of it. */
final class Sending {

  /** As a sender does that was told to come again. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final BrokerProcess broker;
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private final List<Sent> sent = new ArrayList<>();
  private long acknowledged;

  Sending(BrokerProcess broker) {
    this.broker = broker;
  }

  BrokerProcess broker() {
    return broker;
  }

  /** Notes that the broker has it. */
  synchronized void acknowledged(String source, long number, TestDocument document) {
    sent.add(new Sent(document.key(), source, number, document.lanes(), document.hash(), true));
    acknowledged++;
  }

  synchronized long acknowledged() {
    return acknowledged;
  }

  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** Makes all programs end, where the test cannot go on. */
  void giveUp() {
    givenUp.set(true);
  }

  /** Before a document is sent again. */
  void pause() {
    if (givenUp.get()) {
      throw new IllegalStateException("the test has ended");
    }
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}

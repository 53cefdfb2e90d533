package io.waybill.bench.door;

import io.waybill.bench.judge.Verdict;

/** Where nothing arrives anywhere: what counts is that the senders got their answers. */
final class AnswerDestination implements Destination {

  private final HttpSender sender;
  private long before;

  AnswerDestination(HttpSender sender) {
    this.sender = sender;
  }

  @Override
  public long arrived() {
    return sender.taken() - before;
  }

  @Override
  public Verdict judge(String sample, int sent) {
    int arrived = (int) arrived();
    before += arrived;
    return new Verdict(sent, arrived, 0, sent - arrived, 0, 0);
  }
}

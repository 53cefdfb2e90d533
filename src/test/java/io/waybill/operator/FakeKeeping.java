package io.waybill.operator;

import io.waybill.broker.Housekeeper.Progress;
import io.waybill.broker.Housekeeper.Report;
import io.waybill.journal.Housekeeping.Part;
import io.waybill.message.PostedAs;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Has removed seven documents, and knows that the order of cust:4711 was posted twice. */
final class FakeKeeping implements Keeping {

  static final PostedAs KNOWN = new PostedAs("CreateOrder", PostedAs.By.KEY, "4711");

  private boolean forgotten;

  @Override
  public Report report() {
    Part payloads = new Part("payloads", List.of("payloads"), Duration.ofDays(90));
    return new Report(
        List.of(
            new Progress(payloads, Map.of("payloads", 7L), Duration.ofMillis(12), FakeBroker.THEN)),
        false,
        FakeBroker.THEN,
        FakeBroker.THEN.plusSeconds(3),
        null);
  }

  @Override
  public synchronized long remembered(PostedAs fact) {
    return fact.equals(KNOWN) && !forgotten ? 2 : 0;
  }

  @Override
  public synchronized long forget(PostedAs fact, String who, String why) {
    long known = remembered(fact);
    forgotten |= known > 0;
    return known;
  }
}

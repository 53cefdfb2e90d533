package io.waybill.operator;

import io.waybill.broker.Broker;
import io.waybill.journal.Waybills;
import java.util.Optional;

/** Answers from the state table as of one moment, and from what the broker has under way. */
public final class JournalInquiry implements Why.Inquiry {

  private final Waybills waybills;
  private final Broker broker;

  /** The answers of this broker with its table. */
  public JournalInquiry(Waybills waybills, Broker broker) {
    this.waybills = waybills;
    this.broker = broker;
  }

  @Override
  public Optional<Why> why(long seq) {
    return waybills.now(
        moment ->
            new Investigation(
                    moment,
                    new Gates(moment, broker),
                    new Prerequisites(moment, broker.specification()))
                .of(seq));
  }
}

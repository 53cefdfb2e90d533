package io.waybill.spec;

import java.util.Locale;

/** What a destination makes possible, and so what the broker may honestly promise. */
public enum DeliveryClass {
  /** Writes in the broker's database, in one transaction with the outcome: effect once. */
  TRANSACTIONAL,
  /** Refuses a repeated posting id: effect once, while it remembers. */
  DEDUPLICATING,
  /** Can be asked whether it has a posting: effect once if the answer is authoritative. */
  QUERYABLE,
  /** Neither; a lost answer is held for a person: effect at most once. */
  HOLD,
  /** Neither; a lost answer is repeated: effect at least once. */
  REPEAT;

  /** The name in the specification, e.g. {@code deduplicating}. */
  public String specName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

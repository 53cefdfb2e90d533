package io.waybill.operator;

import io.waybill.broker.Housekeeper;
import io.waybill.message.PostedAs;

/** What is kept and for how long, and what people have forgotten. */
public interface Keeping {

  /** How it stands with housekeeping. */
  Housekeeper.Report report();

  /** How many messages are known to be posted under that. */
  long remembered(PostedAs fact);

  /** Forgets it, with an entry of the audit; returns how many messages were known. */
  long forget(PostedAs fact, String who, String why);
}

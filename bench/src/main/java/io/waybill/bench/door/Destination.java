package io.waybill.bench.door;

import io.waybill.bench.judge.Verdict;

/** Where the documents of a candidate arrive. */
public interface Destination {

  /** How many are there. */
  long arrived();

  /** Judges what is there; nothing is there any more then. */
  Verdict judge(String sample, int sent) throws Exception;
}

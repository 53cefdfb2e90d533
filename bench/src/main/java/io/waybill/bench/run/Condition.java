package io.waybill.bench.run;

import java.util.List;
import java.util.Map;

/** Under what load a candidate is measured. */
public interface Condition {

  /** As on the command line and in the report. */
  String name();

  /** What it says, in a sentence. */
  String words();

  /** Takes one sample. */
  Sample sample(Visit visit, String sample) throws Exception;

  /** What follows from its samples, beside the speed of Waybill against that of the others. */
  default Map<String, Double> ratios(Results results) {
    return Map.of();
  }

  /** What its ratios are to reach. */
  default List<Target> targets() {
    return List.of();
  }
}

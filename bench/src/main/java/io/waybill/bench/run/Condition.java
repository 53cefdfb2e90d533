package io.waybill.bench.run;

/** Under what load a candidate is measured. */
public interface Condition {

  /** As in the report. */
  String name();

  /** What it says, in a sentence. */
  String words();

  /** Takes one sample. */
  Sample sample(Visit visit, String sample) throws Exception;
}

package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import java.util.List;
import java.util.Map;

/** Under what load a candidate is measured. */
public interface Condition {

  /** When a condition is measured. */
  enum Time {
    /** Once in each round. */
    EACH_ROUND,

    /** As often, but when the rounds are over: it leaves the candidate other than it was. */
    AFTER_ROUNDS,

    /** Once, at the very end of the run. */
    LAST
  }

  /** As on the command line and in the report. */
  String name();

  /** What it says, in a sentence. */
  String words();

  /** By which way documents come and leave. */
  default Door door() {
    return Door.QUEUES;
  }

  /** When it is measured. */
  default Time time() {
    return Time.EACH_ROUND;
  }

  /** What it needs once in a session before its first sample. */
  default void prepare(Visit visit) throws Exception {
    // most need nothing
  }

  /** Takes one sample. */
  Sample sample(Visit visit, String sample) throws Exception;

  /** What its samples say, that which matters most first. */
  default List<Figure> figures() {
    return List.of(Figure.RATE);
  }

  /** Whether a disturbed sample may be taken again. */
  default boolean repeatable() {
    return true;
  }

  /** Whether it asks anything of this candidate. */
  default boolean concerns(Candidate candidate) {
    return true;
  }

  /** What follows from its samples, beside the speed of Waybill against that of the others. */
  default Map<String, Double> ratios(Results results) {
    return Map.of();
  }

  /** What its ratios are to reach. */
  default List<Target> targets() {
    return List.of();
  }
}

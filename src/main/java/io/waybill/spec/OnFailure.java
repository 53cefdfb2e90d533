package io.waybill.spec;

/** What a failed message does to its lanes. */
public enum OnFailure {
  /** It keeps its place: the lane waits for a person. */
  HOLD,
  /** It leaves its lanes, recorded; retried later, it joins the end. */
  GO_ON,
  /** The completed steps of its process are undone, newest first. */
  COMPENSATE
}

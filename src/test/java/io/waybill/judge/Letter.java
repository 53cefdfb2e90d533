package io.waybill.judge;

/** What must hold, whatever happened on the way. */
public enum Letter {
  /** Nothing acknowledged is lost. */
  L,
  /** No second effect. */
  D,
  /** The order of effects is the order of the lane. */
  O,
  /** Nothing takes effect before what it requires. */
  P,
  /** Nothing is there that was not sent, and every document is as it was sent. */
  G,
  /** Nothing is written under an old epoch once a newer one has begun. */
  F,
  /** Nothing is stuck without a reason that a person can read. */
  V,
  /** A rewind makes a new run and leaves the history before it as it was. */
  R
}

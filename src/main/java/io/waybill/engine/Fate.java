package io.waybill.engine;

/** What is known of an attempt whose row says {@code posting} when memory is rebuilt. */
public enum Fate {
  /** This process is still at it, or has its outcome: the outcome will be told. */
  UNDER_WAY,
  /** This process wrote the intent and never sent it. */
  NEVER_LEFT,
  /** A process that is dead now may have sent it. */
  UNKNOWN,
  /** The destination is transactional and its effect is in the database. */
  EFFECT_RECORDED
}

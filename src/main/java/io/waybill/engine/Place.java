package io.waybill.engine;

import org.jspecify.annotations.Nullable;

/** The place of a message in one of its lanes, between its neighbours there. */
final class Place {

  final Lane lane;
  final long rank;
  final OpenMessage message;

  /** Whoever held there stands before it, and behind it; null where it is nobody. */
  @Nullable Place before;

  @Nullable Place behind;

  Place(Lane lane, long rank, OpenMessage message) {
    this.lane = lane;
    this.rank = rank;
    this.message = message;
  }
}

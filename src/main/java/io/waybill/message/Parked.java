package io.waybill.message;

import java.util.Locale;

/**
 * Who finds an open message that only the table has. Memory holds the front of each queue; what
 * stands further back is parked until its turn comes near.
 */
public enum Parked {
  /** It stands behind others: the queue of its lanes finds it. */
  LANE,
  /** It is first in its lanes: the queue at its destination finds it. */
  DESTINATION,
  /** It is first in its lanes and lacks a prerequisite: the coming of that finds it. */
  PREREQUISITE,
  /** It is first in its lanes and needs a link that is missing: the queue at that link finds it. */
  LINK;

  /** As written in the table. */
  public String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #sqlName} wrote. */
  public static Parked of(String sqlName) {
    return valueOf(sqlName.toUpperCase(Locale.ROOT));
  }
}

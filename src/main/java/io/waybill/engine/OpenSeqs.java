package io.waybill.engine;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers in the journal of open messages, as a set that takes little room, however many there
 * are.
 */
final class OpenSeqs {

  private static final int BITS = 14;

  private final Map<Long, BitSet> portions = new HashMap<>();

  void add(long number) {
    portions.computeIfAbsent(number >> BITS, portion -> new BitSet()).set(place(number));
  }

  /** Removes it; returns whether it was there. */
  boolean remove(long number) {
    BitSet portion = portions.get(number >> BITS);
    if (portion == null || !portion.get(place(number))) {
      return false;
    }
    portion.clear(place(number));
    if (portion.isEmpty()) {
      portions.remove(number >> BITS);
    }
    return true;
  }

  boolean isEmpty() {
    return portions.isEmpty();
  }

  private static int place(long number) {
    return (int) (number & ((1L << BITS) - 1));
  }
}

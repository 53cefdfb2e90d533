package io.waybill.engine;

import io.waybill.message.NumberRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of numbers, kept as ranges that do not touch each other. */
final class Ranges {

  private final TreeMap<Long, Long> all = new TreeMap<>();

  boolean contains(long number) {
    Map.Entry<Long, Long> range = all.floorEntry(number);
    return range != null && range.getValue() >= number;
  }

  void add(long from, long to) {
    long first = from;
    long last = to;
    Map.Entry<Long, Long> touched = all.floorEntry(last + 1);
    while (touched != null && touched.getValue() >= first - 1) {
      first = Math.min(first, touched.getKey());
      last = Math.max(last, touched.getValue());
      all.remove(touched.getKey());
      touched = all.floorEntry(last + 1);
    }
    all.put(first, last);
  }

  /** The last that follows a number without a break, taken out; the number itself for none. */
  long takeBehind(long number) {
    long last = number;
    Map.Entry<Long, Long> next = all.firstEntry();
    while (next != null && next.getKey() <= last + 1) {
      last = Math.max(last, next.getValue());
      all.pollFirstEntry();
      next = all.firstEntry();
    }
    return last;
  }

  /** Those between two numbers, these included, that are not there. */
  List<NumberRange> missing(long from, long to) {
    List<NumberRange> missing = new ArrayList<>();
    long next = from;
    Map.Entry<Long, Long> range = all.floorEntry(next);
    if (range == null || range.getValue() < next) {
      range = all.ceilingEntry(next);
    }
    while (next <= to && range != null && range.getKey() <= to) {
      if (next < range.getKey()) {
        missing.add(new NumberRange(next, range.getKey() - 1));
      }
      next = range.getValue() + 1;
      range = all.higherEntry(range.getKey());
    }
    if (next <= to) {
      missing.add(new NumberRange(next, to));
    }
    return missing;
  }

  List<NumberRange> list() {
    List<NumberRange> list = new ArrayList<>(all.size());
    all.forEach((from, to) -> list.add(new NumberRange(from, to)));
    return list;
  }
}

package io.waybill.spec.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds operations that lead to each other in a circle; one that leads to itself is none. */
final class Circles {

  private Circles() {}

  /**
   * A shortest circle for each operation that begins one: a circle is told once, by the operation
   * in it that is written first.
   *
   * @param operations in the order in which they are written
   * @param next where each leads
   */
  static List<List<String>> among(
      List<String> operations, Function<String, ? extends Iterable<String>> next) {
    List<List<String>> circles = new ArrayList<>();
    Set<String> earlier = new HashSet<>();
    for (String operation : operations) {
      List<String> circle = from(operation, earlier, next);
      if (!circle.isEmpty()) {
        circles.add(circle);
      }
      earlier.add(operation);
    }
    return circles;
  }

  /** The way back to where it began, both ends included; empty where there is none. */
  private static List<String> from(
      String start, Set<String> without, Function<String, ? extends Iterable<String>> next) {
    Map<String, String> cameFrom = new HashMap<>();
    Deque<String> reached = new ArrayDeque<>(List.of(start));
    while (!reached.isEmpty()) {
      String at = reached.remove();
      for (String to : next.apply(at)) {
        if (to.equals(start) && !at.equals(start)) {
          return path(start, at, cameFrom);
        }
        if (!to.equals(start) && !without.contains(to) && cameFrom.putIfAbsent(to, at) == null) {
          reached.add(to);
        }
      }
    }
    return List.of();
  }

  private static List<String> path(String start, String last, Map<String, String> cameFrom) {
    List<String> circle = new ArrayList<>(List.of(start));
    for (String at = last; !at.equals(start); at = cameFrom.getOrDefault(at, start)) {
      circle.add(1, at);
    }
    circle.add(start);
    return circle;
  }
}

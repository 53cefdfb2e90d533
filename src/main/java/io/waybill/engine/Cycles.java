package io.waybill.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages that require each other. Where several messages may bring what one needs, it is
 * stuck only if all of them are.
 */
final class Cycles {

  private final Ties ties;

  Cycles(Ties ties) {
    this.ties = ties;
  }

  /** Names the cycle that a message closes by what it requires; null where there is none. */
  @Nullable String closedBy(Tie tie) {
    boolean free = tie.waits.isEmpty() && tie.members.isEmpty() && ties.before(tie).isEmpty();
    if (free || !ties.missed(tie)) {
      return null;
    }
    Map<Tie, List<List<Tie>>> stuck = reachable(tie);
    while (stuck.entrySet().removeIf(each -> free(each.getValue(), stuck.keySet()))) {
      // whoever waits only for those that may go may go as well
    }
    return stuck.containsKey(tie) ? told(tie, stuck) : null;
  }

  /** Whether a message waits for another by requirement, as is expected now. */
  boolean waitsFor(Tie from, Tie target) {
    if (!ties.awaited(target)) {
      return false;
    }
    Set<Tie> seen = new HashSet<>();
    Deque<Tie> next = new ArrayDeque<>();
    next.add(from);
    while (!next.isEmpty()) {
      Tie each = next.remove();
      if (each == target) {
        return true;
      }
      if (seen.add(each)) {
        each.waits.stream().map(wait -> wait.on).filter(Objects::nonNull).forEach(next::add);
        next.addAll(ties.comesAfter(each));
      }
    }
    return false;
  }

  /** Everyone it waits for, with what each waits for: all of it, and of each any one. */
  private Map<Tie, List<List<Tie>>> reachable(Tie tie) {
    Map<Tie, List<List<Tie>>> found = new LinkedHashMap<>();
    Deque<Tie> next = new ArrayDeque<>();
    next.add(tie);
    while (!next.isEmpty()) {
      Tie each = next.remove();
      if (!found.containsKey(each)) {
        List<List<Tie>> waits = new ArrayList<>();
        each.waits.forEach(wait -> waits.add(ties.able(wait)));
        ties.comesAfter(each).forEach(other -> waits.add(List.of(other)));
        found.put(each, waits);
        waits.forEach(next::addAll);
      }
    }
    return found;
  }

  private static boolean free(List<List<Tie>> waits, Set<Tie> stuck) {
    // what nobody here can bring may still come
    return waits.stream().allMatch(any -> any.isEmpty() || !stuck.containsAll(any));
  }

  private static String told(Tie tie, Map<Tie, List<List<Tie>>> stuck) {
    Set<Tie> way = new LinkedHashSet<>();
    Tie each = tie;
    while (way.add(each)) {
      each =
          stuck.getOrDefault(each, List.of()).stream()
              .filter(any -> !any.isEmpty() && stuck.keySet().containsAll(any))
              .map(any -> any.get(0))
              .findFirst()
              .orElse(tie);
    }
    StringBuilder words = new StringBuilder("it requires itself: ");
    way.forEach(one -> words.append(one).append(one == tie ? " requires " : ", which requires "));
    return words.append(each).toString();
  }
}

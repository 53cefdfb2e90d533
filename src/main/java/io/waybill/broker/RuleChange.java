package io.waybill.broker;

import io.waybill.engine.Engine;
import io.waybill.journal.Journal;
import io.waybill.message.Changeover;
import io.waybill.spec.Ordering;
import io.waybill.spec.Specification;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What other rules mean for messages that are open. */
final class RuleChange {

  private RuleChange() {}

  /** Why these rules cannot hold as long as messages are open as they are; null where they can. */
  static @Nullable String objection(Specification before, Specification after, Journal journal) {
    Set<String> removed = new HashSet<>(before.destinations().keySet());
    removed.removeAll(after.destinations().keySet());
    Map<String, Long> open = removed.isEmpty() ? Map.of() : journal.openAt(removed);
    if (open.isEmpty()) {
      return null;
    }
    return open.entrySet().stream()
            .map(
                each ->
                    "Destination '%s' has %,d open messages and cannot be removed"
                        .formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(". "))
        + ". Leave it in destinations.yaml until they are posted or skipped";
  }

  /**
   * Has the engine hold what comes anew, where another order is kept than before. Nothing may be
   * under way. A change made while the broker was stopped is seen here too.
   */
  static void takeOver(Specification specification, Journal journal, Engine engine) {
    Map<String, Ordering> before = journal.orderings();
    Map<String, Ordering> present = Ordering.of(specification);
    List<Ordering> different =
        present.values().stream()
            .filter(each -> !each.equals(before.get(each.operation())))
            .toList();
    if (!different.isEmpty()) {
      journal.follow(different, Ordering.changed(before, present));
    }
    for (Changeover changeover : journal.changeovers()) {
      journal.readBefore(changeover, engine.load(changeover));
    }
  }
}

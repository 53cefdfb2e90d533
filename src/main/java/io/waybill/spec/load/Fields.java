package io.waybill.spec.load;

import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the known keys out of a table, and refuses the others. */
final class Fields {

  private final Node.Table table;
  private final String owner;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * The fields of a table.
   *
   * @param owner how the table is called in errors, e.g. {@code operation CreateOrder}
   */
  Fields(Node.Table table, String owner, Problems problems) {
    this.table = table;
    this.owner = owner;
    this.problems = problems;
  }

  String owner() {
    return owner;
  }

  Place at() {
    return table.at();
  }

  /** The value of a known key, where it is there. */
  @Nullable Node take(String key) {
    known.add(key);
    Node.Entry entry = table.entries().get(key);
    return entry == null || entry.value() instanceof Node.Nothing && missing(key, entry)
        ? null
        : entry.value();
  }

  private boolean missing(String key, Node.Entry entry) {
    problems.error(entry.at(), "'%s' of %s has no value; write one or remove the key", key, owner);
    return true;
  }

  boolean has(String key) {
    return table.entries().containsKey(key);
  }

  /** Keys that are part of the language but mean nothing yet. */
  void notYet(String... keys) {
    for (String key : keys) {
      Node.Entry entry = table.entries().get(key);
      if (entry != null && known.add(key)) {
        problems.error(
            entry.at(), "'%s' of %s is not supported yet by this version; remove it", key, owner);
      }
    }
  }

  /** To be called when all known keys were taken. */
  void done() {
    for (Map.Entry<String, Node.Entry> entry : table.entries().entrySet()) {
      if (!known.contains(entry.getKey())) {
        problems.error(
            entry.getValue().at(),
            "unknown key '%s' in %s; %s",
            entry.getKey(),
            owner,
            Nearest.to(entry.getKey(), known)
                .map(name -> "write " + name)
                .orElse("known are: " + String.join(", ", known)));
      }
    }
  }
}

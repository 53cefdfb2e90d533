package io.waybill.message;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A change of how messages keep order: those that came after it wait until those that came before
 * have closed.
 *
 * @param id its number
 * @param operations whose messages it concerns
 * @param upTo the last message that came before it
 */
public record Changeover(long id, Set<String> operations, long upTo) {

  /** A change that concerns these. */
  public Changeover {
    operations = Set.copyOf(operations);
  }

  /** True once those that came before have closed. */
  public PostedAs end() {
    return new PostedAs("", PostedAs.By.FIELD, "changeover " + id);
  }

  /** Whether that is the end of such a change. */
  public static boolean awaitedBy(Need need) {
    return !need.anyOf().isEmpty()
        && need.anyOf().stream().allMatch(fact -> fact.operation().isEmpty());
  }

  /** What a message needs that came after it. */
  public Need need() {
    return new Need(
        "%s up to message %d, which came under other rules of order"
            .formatted(String.join(", ", new TreeSet<>(operations)), upTo),
        List.of(end()),
        null,
        false,
        null);
  }
}

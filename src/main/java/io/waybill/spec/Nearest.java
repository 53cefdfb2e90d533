package io.waybill.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that was probably meant. */
public final class Nearest {

  private Nearest() {}

  /** The known name nearest to a wrong one, where one is near enough to be meant. */
  public static Optional<String> to(String wrong, Collection<String> known) {
    if (wrong.length() > 100) {
      return Optional.empty();
    }
    int farthest = Math.max(2, wrong.length() / 3);
    String text = wrong.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> distance(text, name.toLowerCase(Locale.ROOT)) <= farthest)
        .min(
            Comparator.comparingInt((String name) -> distance(text, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Whether two texts differ by one slip of the keyboard, but do differ. */
  public static boolean oneSlipApart(String some, String other) {
    return distance(some, other) == 1;
  }

  /** How many characters have to be inserted, removed, replaced or swapped with the next one. */
  static int distance(String from, String to) {
    int[] before = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[to.length()];
  }
}

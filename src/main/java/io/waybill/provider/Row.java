package io.waybill.provider;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A row by its primary key.
 *
 * @param key the values, as text, in the order of the key's columns
 */
public record Row(Table table, List<String> key) {

  public Row {
    key = List.copyOf(key);
    if (key.size() != table.keyColumns().size()) {
      throw new IllegalArgumentException(
          "the key of %s has %d columns, not %d"
              .formatted(table.name(), table.keyColumns().size(), key.size()));
    }
  }

  /** For people, e.g. {@code shop.ledger (customer=4711)}. */
  @Override
  public String toString() {
    return IntStream.range(0, key.size())
        .mapToObj(at -> table.keyColumns().get(at) + "=" + key.get(at))
        .collect(Collectors.joining(", ", table.schema() + "." + table.name() + " (", ")"));
  }
}

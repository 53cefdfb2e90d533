package io.waybill.provider;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A table of the provider. Its names are written in the provider's code and nowhere else.
 *
 * @param keyColumns the primary key
 * @param ignored columns that are neither recorded nor restored nor compared, because a trigger
 *     keeps them
 */
public record Table(String schema, String name, List<String> keyColumns, List<String> ignored) {

  public Table {
    keyColumns = List.copyOf(keyColumns);
    ignored = List.copyOf(ignored);
    if (keyColumns.isEmpty()) {
      throw new IllegalArgumentException("table %s needs the columns of its key".formatted(name));
    }
  }

  /** A table by its primary key. */
  public static Table of(String schema, String name, String... keyColumns) {
    return new Table(schema, name, List.of(keyColumns), List.of());
  }

  /** The same without the columns that a trigger keeps. */
  public Table without(String... columns) {
    return new Table(
        schema, name, keyColumns, Stream.concat(ignored.stream(), Stream.of(columns)).toList());
  }

  /** One row of it, whether it is there or not. */
  public Row row(Object... key) {
    return new Row(this, Arrays.stream(key).map(String::valueOf).toList());
  }

  /** As SQL writes it. */
  String quoted() {
    return quoted(schema) + "." + quoted(name);
  }

  /** A name as SQL writes it, whatever is in it. */
  static String quoted(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name in the database is not empty and has no U+0000");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}

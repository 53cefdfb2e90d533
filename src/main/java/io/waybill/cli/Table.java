package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Rows of JSON as a table, as wide as its content. */
final class Table {

  private static final int WIDEST = 60;

  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... columns) {
    this.columns = List.of(columns);
  }

  /** A table of the rows, with these of their fields. */
  static Table of(JsonNode rows, String... columns) {
    Table table = new Table(columns);
    for (JsonNode row : rows) {
      table.rows.add(table.columns.stream().map(column -> cell(row.path(column))).toList());
    }
    return table;
  }

  /** A value as a cell: in one line, cut where it is too wide for a table. */
  private static String cell(JsonNode value) {
    String text = text(value);
    return text.length() > WIDEST ? text.substring(0, WIDEST - 1) + "…" : text;
  }

  /**
   * A value in one line without control characters: what a sender sent is not to steer a terminal.
   */
  static String text(JsonNode value) {
    String text;
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(part.asText()));
      text = String.join(" ", parts);
    } else {
      text = value.isNull() || value.isMissingNode() ? "" : value.asText();
    }
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]", "?");
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    append(table, columns);
    rows.forEach(row -> append(table, row));
    return table.toString();
  }

  private void append(StringBuilder table, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).append(" ".repeat(width(i) - cells.get(i).length() + 2));
    }
    table.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    int width = columns.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}

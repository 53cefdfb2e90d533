package io.waybill.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text under a head; the first column to the left, the others to the right. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  /** A table without rows. */
  public Table(List<String> head) {
    rows.add(head);
  }

  /** One more row, as long as the head. */
  public void add(List<String> row) {
    rows.add(row);
  }

  /** For a terminal. */
  public String text() {
    return rows.stream().map(this::line).collect(Collectors.joining("\n", "", "\n"));
  }

  private String line(List<String> row) {
    return IntStream.range(0, row.size())
        .mapToObj(column -> padded(row.get(column), column))
        .collect(Collectors.joining("  "));
  }

  private String padded(String cell, int column) {
    int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    String space = " ".repeat(width - cell.length());
    return column == 0 ? cell + space : space + cell;
  }

  String markdown() {
    String ruler = "|---|" + "---:|".repeat(rows.get(0).size() - 1);
    return rows.stream()
        .map(row -> "| " + String.join(" | ", row) + " |")
        .collect(
            Collectors.collectingAndThen(Collectors.toList(), lines -> withRuler(lines, ruler)));
  }

  private static String withRuler(List<String> lines, String ruler) {
    List<String> all = new ArrayList<>(lines);
    all.add(1, ruler);
    return String.join("\n", all) + "\n";
  }
}

package io.waybill.cli.demo;

import io.waybill.cli.demo.BrokerApi.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The state table in counts, for 80 columns. */
final class StatusTable {

  private static final List<String> COLUMNS =
      List.of("submitted", "posting", "retriable", "failed", "posted");

  /** The rarer statuses count with those that mean much the same to whoever watches. */
  private static final Map<String, String> SHOWN_AS =
      Map.of("retry", "retriable", "in_doubt", "failed", "skipped", "failed");

  private static final String FORMAT = "%-20s%5s%7s%11s%9s%11s%8s%8s";

  private final List<Row> rows;
  private final Map<Source, Sent> sent;

  /**
   * How much a sender has sent.
   *
   * @param documents for the first time
   * @param again once more
   */
  record Sent(int documents, int again) {

    static final Sent NOTHING = new Sent(0, 0);

    Sent and(boolean repeated) {
      return repeated ? new Sent(documents, again + 1) : new Sent(documents + 1, again);
    }
  }

  StatusTable(List<Row> rows, Map<Source, Sent> sent) {
    this.rows = rows;
    this.sent = sent;
  }

  /** The table, always of the same height for the same operations. */
  List<String> lines(Set<String> operations) {
    List<String> lines = new ArrayList<>();
    lines.add(
        FORMAT.formatted(
            "", "sent", "again", "submitted", "posting", "retriable", "failed", "posted"));
    for (Source source : Source.values()) {
      Sent bySource = sent.getOrDefault(source, Sent.NOTHING);
      List<Row> own = rows.stream().filter(row -> Source.of(row.source()) == source).toList();
      lines.add(line(source.title(), number(bySource.documents()), number(bySource.again()), own));
    }
    lines.add(" ");
    for (String operation : operations) {
      List<Row> own = rows.stream().filter(row -> label(row).equals(operation)).toList();
      lines.add(line(operation, "", "", own));
    }
    lines.add(" ");
    lines.add(line("all", number(all().documents()), number(all().again()), rows));
    return lines;
  }

  /** What is posted where, e.g. {@code PlaceOrder → erp}, for the rows that are there. */
  Set<String> operations() {
    Set<String> operations = new LinkedHashSet<>();
    rows.forEach(row -> operations.add(label(row)));
    return operations;
  }

  private static String label(Row row) {
    return "%s → %s"
        .formatted(
            row.operation().isEmpty() ? "(not recognised)" : row.operation(), row.destination());
  }

  private static String line(String label, String sent, String again, List<Row> rows) {
    Map<String, Integer> counts = counts(rows);
    // a label without numbers behind it may use their place
    String start =
        sent.isEmpty() ? "%-32s".formatted(label) : "%-20s%5s%7s".formatted(label, sent, again);
    return start
        + "%11s%9s%11s%8s%8s"
            .formatted(
                COLUMNS.stream().map(name -> number(counts.getOrDefault(name, 0))).toArray());
  }

  /** One line that says the same in short. */
  String summary() {
    StringBuilder line = new StringBuilder();
    line.append("  sent %2d and %d again; ".formatted(all().documents(), all().again()));
    line.append("in the state table %2d:".formatted(rows.size()));
    counts(rows).forEach((status, count) -> line.append(" %d %s,".formatted(count, status)));
    return line.substring(0, line.length() - 1);
  }

  private Sent all() {
    return sent.values().stream()
        .reduce(
            Sent.NOTHING, (a, b) -> new Sent(a.documents() + b.documents(), a.again() + b.again()));
  }

  private static Map<String, Integer> counts(List<Row> rows) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String column : COLUMNS) {
      int count = (int) rows.stream().filter(row -> shownAs(row).equals(column)).count();
      if (count > 0) {
        counts.put(column, count);
      }
    }
    return counts;
  }

  private static String shownAs(Row row) {
    String status = row.status().toLowerCase(Locale.ROOT);
    return SHOWN_AS.getOrDefault(status, status);
  }

  private static String number(int count) {
    return count == 0 ? "·" : String.valueOf(count);
  }
}

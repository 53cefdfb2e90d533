package io.waybill.bench.report;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Cpu;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Kill;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What was measured, as tables. */
final class Overview {

  private final Results results;

  Overview(Results results) {
    this.results = results;
  }

  /** A row for each candidate, with its speed under each condition. */
  Table speeds() {
    List<Condition> conditions =
        results.conditions().stream().filter(Overview::ofSpeedAlone).toList();
    List<String> head = new ArrayList<>(List.of("candidate"));
    for (Condition condition : conditions) {
      head.add(condition.name() + Figure.RATE.label());
      head.add("least-most");
    }
    head.addAll(List.of("out of order", "kill: lost", "twice", "out of order"));
    Table table = new Table(head);
    for (Candidate candidate : results.candidates()) {
      List<String> row = new ArrayList<>(List.of(candidate.name()));
      for (Condition condition : conditions) {
        figure(candidate, condition, Figure.RATE, row);
      }
      row.add("%.1f %%".formatted(worstOrder(candidate)));
      kills(candidate, row);
      table.add(row);
    }
    return table;
  }

  /** The conditions that say something else than a speed: a table for each. */
  List<Table> others() {
    return results.conditions().stream()
        .filter(condition -> !ofSpeedAlone(condition))
        .map(this::other)
        .toList();
  }

  private static boolean ofSpeedAlone(Condition condition) {
    return condition.figures().equals(List.of(Figure.RATE));
  }

  private Table other(Condition condition) {
    List<String> head = new ArrayList<>(List.of(condition.name()));
    for (Figure figure : condition.figures()) {
      head.add(figure.label().strip());
      head.add("least-most");
    }
    Table table = new Table(head);
    for (Candidate candidate : results.candidates()) {
      if (Results.asked(candidate, condition)) {
        List<String> row = new ArrayList<>(List.of(candidate.name()));
        condition.figures().forEach(figure -> figure(candidate, condition, figure, row));
        table.add(row);
      }
    }
    return table;
  }

  private void figure(Candidate candidate, Condition condition, Figure figure, List<String> row) {
    Optional<Spread> spread = results.spread(candidate.name(), condition.name(), figure.of());
    row.add(
        spread
            .map(found -> figure.text(found.median()))
            .orElse(Results.asked(candidate, condition) ? "-" : "cannot"));
    row.add(
        spread
            .map(found -> figure.text(found.least()) + "-" + figure.text(found.most()))
            .orElse("-"));
  }

  private double worstOrder(Candidate candidate) {
    return results.samples().stream()
        .filter(sample -> sample.candidate().equals(candidate.name()))
        .mapToDouble(sample -> sample.verdict().inverted())
        .max()
        .orElse(0);
  }

  private void kills(Candidate candidate, List<String> row) {
    List<Kill.Outcome> kills = results.kills(candidate.name());
    if (kills.isEmpty()) {
      row.addAll(List.of("-", "-", "-"));
      return;
    }
    row.add(String.valueOf(kills.stream().mapToInt(kill -> kill.verdict().lost()).sum()));
    row.add(String.valueOf(kills.stream().mapToInt(kill -> kill.verdict().duplicates()).sum()));
    row.add(
        "%.1f %%"
            .formatted(
                kills.stream().mapToDouble(kill -> kill.verdict().inverted()).max().orElse(0)));
  }

  /** Processor time in microseconds: what bounds it. */
  Table cpu() {
    Table table =
        new Table(
            List.of(
                "candidate",
                "condition",
                "its own µs",
                "Artemis µs",
                "PostgreSQL µs",
                "others on the machine"));
    for (Candidate candidate : results.candidates()) {
      for (Condition condition : results.conditions()) {
        if (Results.asked(candidate, condition)) {
          List<String> row = new ArrayList<>(List.of(candidate.name(), condition.name()));
          row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::candidate)));
          row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::jms)));
          row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::postgres)));
          row.add(median(candidate, condition, "%.0f %%", sample -> 100 * sample.others()));
          table.add(row);
        }
      }
    }
    return table;
  }

  private String median(
      Candidate candidate, Condition condition, String format, ToDoubleFunction<Sample> value) {
    return results
        .spread(candidate.name(), condition.name(), value)
        .map(spread -> format.formatted(spread.median()))
        .orElse("-");
  }
}

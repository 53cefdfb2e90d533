package io.waybill.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Cpu;
import io.waybill.bench.run.Kill;
import io.waybill.bench.run.Plan;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Spread;
import io.waybill.bench.work.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a run has shown, for the terminal, for people and for programs. */
public final class Report {

  private final Machine machine;
  private final Plan plan;
  private final Results results;
  private final List<String> jvm;

  /** The report of one run. */
  public Report(Machine machine, Plan plan, Results results, List<String> jvm) {
    this.machine = machine;
    this.plan = plan;
    this.results = results;
    this.jvm = jvm;
  }

  /** Writes {@code report.md}, {@code report.json} and a plot for each condition. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("report.md"), markdown());
    Files.writeString(folder.resolve("report.json"), json());
    for (Condition condition : results.conditions()) {
      Files.writeString(
          folder.resolve(condition.name() + ".svg"), new Plot(results, condition).svg());
    }
  }

  /** The table for the terminal, with the ratios below. */
  public String table() {
    StringBuilder text = new StringBuilder(rows().text());
    for (Condition condition : results.conditions()) {
      Ratios.of(results, condition)
          .forEach(
              (name, ratio) ->
                  text.append(
                      "%n%-10s waybill / %-20s %6.2f".formatted(condition.name(), name, ratio)));
    }
    return text.append("\n\n").append(Targets.table(results).text()).toString();
  }

  private Table rows() {
    List<String> head = new ArrayList<>(List.of("candidate"));
    for (Condition condition : results.conditions()) {
      head.add(condition.name() + "/s");
      head.add("least-most");
    }
    head.addAll(List.of("out of order", "kill: lost", "twice", "out of order"));
    Table table = new Table(head);
    for (Candidate candidate : results.candidates()) {
      List<String> row = new ArrayList<>(List.of(candidate.name()));
      for (Condition condition : results.conditions()) {
        speed(candidate, condition, row);
      }
      row.add("%.1f %%".formatted(worstOrder(candidate)));
      kills(candidate, row);
      table.add(row);
    }
    return table;
  }

  private void speed(Candidate candidate, Condition condition, List<String> row) {
    String cannot = candidate.cannot(condition.name());
    Spread spread = results.spread(candidate.name(), condition.name(), Sample::rate).orElse(null);
    if (spread == null) {
      row.add(cannot == null ? "-" : "cannot");
      row.add(cannot == null ? "-" : cannot);
    } else {
      row.add("%,.0f".formatted(spread.median()));
      row.add("%,.0f-%,.0f".formatted(spread.least(), spread.most()));
    }
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

  private String markdown() {
    StringBuilder text = new StringBuilder("# Bench\n\n");
    text.append(rows().markdown());
    for (Condition condition : results.conditions()) {
      text.append(
          "\n`%s`: %s.%n%n![%1$s](%1$s.svg)%n%n".formatted(condition.name(), condition.words()));
      Ratios.of(results, condition)
          .forEach((name, ratio) -> text.append("- waybill / %s: %.2f%n".formatted(name, ratio)));
    }
    text.append("\n## Targets\n\n").append(Targets.table(results).markdown());
    text.append("\n## Processor time of one document\n\n").append(cpu().markdown());
    text.append("\n## Machine and servers\n\n");
    machine.facts().forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    text.append("- JVM of each candidate: %s%n".formatted(String.join(" ", jvm)));
    text.append(
        "- work: JSON of %d bytes, %d lanes, Zipf with exponent %.1f%n"
            .formatted(Documents.BYTES, Documents.LANES, plan.skew()));
    text.append(
        "- plan: %d sessions of %d rounds, samples of about %.1f s, after %d s of warming up%n"
            .formatted(
                plan.sessions(),
                plan.rounds(),
                plan.length().toMillis() / 1e3,
                plan.warmUp().toSeconds()));
    text.append("\n## Candidates\n\n");
    for (Candidate candidate : results.candidates()) {
      text.append("- `%s`: %s%n".formatted(candidate.name(), candidate.title()));
      candidate.settings().forEach(setting -> text.append("  - %s%n".formatted(setting)));
    }
    return text.toString();
  }

  /** In microseconds: what bounds it. */
  private Table cpu() {
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
        List<String> row = new ArrayList<>(List.of(candidate.name(), condition.name()));
        row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::candidate)));
        row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::jms)));
        row.add(median(candidate, condition, "%,.0f", sample -> sample.micros(Cpu::postgres)));
        row.add(median(candidate, condition, "%.0f %%", sample -> 100 * sample.others()));
        table.add(row);
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

  /** Everything, for programs. */
  public String json() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ratios", ratios());
    all.put("targets", Targets.of(results));
    all.put("candidates", results.candidates().stream().map(this::candidate).toList());
    all.put("machine", machine.facts());
    all.put(
        "plan",
        Map.of(
            "sessions", plan.sessions(),
            "rounds", plan.rounds(),
            "warm_up_seconds", plan.warmUp().toSeconds(),
            "sample_seconds", plan.length().toMillis() / 1e3,
            "kills", plan.kills(),
            "skew", plan.skew()));
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
  }

  /** Those of the first condition by their plain names, those of all under its name. */
  private Map<String, Object> ratios() {
    Map<String, Object> ratios =
        new LinkedHashMap<>(Ratios.of(results, results.conditions().get(0)));
    for (Condition condition : results.conditions()) {
      ratios.put(condition.name(), Ratios.of(results, condition));
    }
    return ratios;
  }

  private Map<String, Object> candidate(Candidate candidate) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", candidate.name());
    told.put("title", candidate.title());
    told.put("settings", candidate.settings());
    Map<String, Object> conditions = new LinkedHashMap<>();
    for (Condition condition : results.conditions()) {
      conditions.put(condition.name(), condition(candidate, condition));
    }
    told.put("conditions", conditions);
    told.put("kills", results.kills(candidate.name()));
    return told;
  }

  private Map<String, Object> condition(Candidate candidate, Condition condition) {
    Map<String, Object> told = new LinkedHashMap<>();
    String cannot = candidate.cannot(condition.name());
    if (cannot != null) {
      told.put("cannot", cannot);
    }
    results
        .spread(candidate.name(), condition.name(), Sample::rate)
        .ifPresent(spread -> told.put("per_second", spread));
    results
        .spread(candidate.name(), condition.name(), Sample::arrivals)
        .ifPresent(spread -> told.put("arrivals_per_second", spread));
    told.put("samples", results.of(candidate.name(), condition.name()));
    return told;
  }
}

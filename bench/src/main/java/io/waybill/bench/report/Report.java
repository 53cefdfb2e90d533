package io.waybill.bench.report;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Plan;
import io.waybill.bench.run.Results;
import io.waybill.bench.work.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run has shown, for the terminal, for people and for programs. */
public final class Report {

  private final Machine machine;
  private final Plan plan;
  private final Results results;
  private final List<String> jvm;
  private final Overview overview;

  /** The report of one run. */
  public Report(Machine machine, Plan plan, Results results, List<String> jvm) {
    this.machine = machine;
    this.plan = plan;
    this.results = results;
    this.jvm = jvm;
    this.overview = new Overview(results);
  }

  /** Writes {@code report.md}, {@code report.json} and a plot for each condition. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("report.md"), markdown());
    Files.writeString(folder.resolve("report.json"), json());
    for (Condition condition : results.conditions()) {
      for (Figure figure : condition.figures()) {
        Files.writeString(
            folder.resolve(plotName(condition, figure)),
            new Plot(results, condition, figure).svg());
      }
    }
  }

  private static String plotName(Condition condition, Figure figure) {
    return figure.equals(Figure.RATE)
        ? condition.name() + ".svg"
        : condition.name() + "-" + figure.name() + ".svg";
  }

  /** The table for the terminal, with the ratios below. */
  public String table() {
    StringBuilder text = new StringBuilder(overview.speeds().text());
    overview.others().forEach(table -> text.append("\n").append(table.text()));
    for (Condition condition : results.conditions()) {
      Ratios.of(results, condition)
          .forEach(
              (name, ratio) ->
                  text.append("%n%-10s %-20s %6.2f".formatted(condition.name(), name, ratio)));
    }
    return text.append("\n\n").append(Targets.table(results).text()).toString();
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("# Bench\n\n");
    text.append(overview.speeds().markdown());
    overview.others().forEach(table -> text.append("\n").append(table.markdown()));
    for (Condition condition : results.conditions()) {
      text.append("\n`%s`: %s.%n%n".formatted(condition.name(), condition.words()));
      for (Figure figure : condition.figures()) {
        text.append("![%s](%s)%n%n".formatted(figure.title(), plotName(condition, figure)));
      }
      Ratios.of(results, condition)
          .forEach((name, ratio) -> text.append("- %s: %.2f%n".formatted(name, ratio)));
    }
    text.append("\n## Targets\n\n").append(Targets.table(results).markdown());
    text.append("\n## Processor time of one document\n\n").append(overview.cpu().markdown());
    text.append("\n## Machine and servers\n\n");
    machine.facts().forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    text.append("- JVM of each candidate: %s%n".formatted(String.join(" ", jvm)));
    text.append(
        "- work: JSON of %d bytes, %d lanes, Zipf with exponent %.1f%n"
            .formatted(Documents.BYTES, Documents.LANES, plan.skew()));
    text.append(
        "- plan: %d sessions of %d rounds, samples of about %.1f s, after warming up with %s%n"
            .formatted(
                plan.sessions(),
                plan.rounds(),
                plan.length().toMillis() / 1e3,
                plan.warmUp().words()));
    text.append("\n## Candidates\n\n");
    for (Candidate candidate : results.candidates()) {
      text.append(
          "- `%s`: %s, warmed with %,d documents%n"
              .formatted(candidate.name(), candidate.title(), results.warm(candidate.name())));
      candidate.settings().forEach(setting -> text.append("  - %s%n".formatted(setting)));
    }
    return text.toString();
  }

  /** Everything, for programs. */
  public String json() throws IOException {
    return new Json(machine, plan, results).text();
  }
}

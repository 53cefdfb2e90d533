package io.waybill.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Takes samples and kills, one after the other, keeps what they say and tells it at once. */
final class Turns {

  private final Quiet quiet;
  private final Measurement.Progress progress;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Kill.Outcome> kills = new ArrayList<>();

  /** None taken yet. */
  Turns(Plan plan, Measurement.Progress progress) {
    this.quiet = new Quiet(plan.patience());
    this.progress = progress;
  }

  List<Sample> samples() {
    return samples;
  }

  List<Kill.Outcome> kills() {
    return kills;
  }

  /** Under each condition all candidates in turn. */
  void round(List<Condition> conditions, List<Visit> visits, String round) throws Exception {
    for (Condition condition : conditions) {
      for (Visit visit : visits) {
        if (Results.asked(visit.candidate(), condition)) {
          Sample sample = undisturbed(visit, condition, word(condition) + round);
          samples.add(sample);
          tell(condition, sample);
        }
      }
    }
  }

  /** A sample's name has no hyphen. */
  private static String word(Condition condition) {
    return condition.name().replace("-", "");
  }

  /** The first sample that had the machine for itself; without patience, simply the first. */
  private Sample undisturbed(Visit visit, Condition condition, String name) throws Exception {
    quiet.await();
    Sample sample = condition.sample(visit, name);
    for (int again = 1; condition.repeatable() && quiet.wants(sample); again++) {
      quiet.spent(sample.seconds());
      progress.say(
          "  %-11s %-16s once more: others had %.0f %% of the machine",
          sample.candidate(), sample.condition(), 100 * sample.others());
      quiet.await();
      sample = condition.sample(visit, name + "again" + again);
    }
    return sample;
  }

  void kill(Visit visit, String name) throws Exception {
    Kill.Outcome kill = new Kill(visit).run(name);
    kills.add(kill);
    progress.say(
        "  %s, killed: %d lost, %d twice, %.1f %% out of order, all done after %.1f s",
        kill.candidate(),
        kill.verdict().lost(),
        kill.verdict().duplicates(),
        kill.verdict().inverted(),
        kill.seconds());
  }

  private void tell(Condition condition, Sample sample) {
    String figures =
        condition.figures().stream()
            .map(figure -> figure.text(figure.of().applyAsDouble(sample)) + figure.label())
            .collect(Collectors.joining(", "));
    progress.say(
        "  %-11s %-16s %8s (%d documents, %.1f %% out of order, %d lost, %d twice; µs each:"
            + " %.0f own, %.0f Artemis, %.0f PostgreSQL; others on the machine: %.0f %%)",
        sample.candidate(),
        sample.condition(),
        figures,
        sample.verdict().sent(),
        sample.verdict().inverted(),
        sample.verdict().lost(),
        sample.verdict().duplicates(),
        sample.micros(Cpu::candidate),
        sample.micros(Cpu::jms),
        sample.micros(Cpu::postgres),
        100 * sample.others());
  }
}

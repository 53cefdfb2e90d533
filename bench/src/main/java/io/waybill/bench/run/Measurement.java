package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.services.Servers;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Visits every candidate once in each round, so that whatever else happens on the machine meets all
 * of them alike; every second round in the opposite order.
 */
public final class Measurement {

  private static final String WARM_UP = "warm-up";
  private static final int WARM_UP_PORTIONS = 40;
  private static final int WARM_UP_PORTION = 500;

  private final Servers servers;
  private final Plan plan;
  private final List<Candidate> candidates;
  private final List<Condition> conditions;
  private final Path folder;
  private final List<String> jvm;
  private final Progress progress;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Kill.Outcome> kills = new ArrayList<>();

  /**
   * A measurement that has not begun.
   *
   * @param folder for the files of the candidates
   * @param jvm the options that every candidate's JVM gets
   */
  public Measurement(
      Servers servers,
      Plan plan,
      List<Candidate> candidates,
      List<Condition> conditions,
      Path folder,
      List<String> jvm,
      Progress progress) {
    this.servers = servers;
    this.plan = plan;
    this.candidates = List.copyOf(candidates);
    this.conditions = List.copyOf(conditions);
    this.folder = folder;
    this.jvm = List.copyOf(jvm);
    this.progress = progress;
  }

  /** Runs all rounds. */
  public Results run() throws Exception {
    try (Queues queues = new Queues(servers)) {
      warmServers(queues);
      for (int round = 1; round <= plan.rounds(); round++) {
        List<Candidate> order = new ArrayList<>(candidates);
        if (round % 2 == 0) {
          Collections.reverse(order);
        }
        for (Candidate candidate : order) {
          visit(candidate, round, queues);
        }
      }
    }
    return new Results(candidates, conditions, samples, kills);
  }

  /** Artemis and the driver are JVMs too: the first candidate must not pay for their warming up. */
  private void warmServers(Queues queues) throws Exception {
    progress.say("warms up Artemis");
    long end = System.nanoTime() + plan.warmUp().toNanos();
    queues.create(WARM_UP);
    try (Producer producer = new Producer(servers.connections(), WARM_UP)) {
      for (int number = 1; System.nanoTime() < end; number++) {
        String sample = "servers" + number;
        Documents documents = new Documents(sample);
        for (int portion = 0; portion < WARM_UP_PORTIONS; portion++) {
          producer.send(documents, WARM_UP_PORTION);
        }
        new Judge(servers.connections())
            .judge(WARM_UP, sample, WARM_UP_PORTIONS * WARM_UP_PORTION);
      }
    }
    queues.delete(WARM_UP);
  }

  private void visit(Candidate candidate, int round, Queues queues) throws Exception {
    String name = "bench_" + candidate.name().replace('-', '_');
    Stage stage =
        new Stage(
            servers,
            name,
            candidate.name() + ".in",
            candidate.name() + ".out",
            folder.resolve(name + "-" + round).toAbsolutePath(),
            jvm);
    progress.say("round %d of %d, %s: starts", round, plan.rounds(), candidate.name());
    try (Visit visit = new Visit(candidate, round, plan, stage, queues)) {
      visit.warmUp();
      progress.say("  warm: about %.0f/s", visit.speed());
      for (int number = 1; number <= plan.samples(); number++) {
        for (Condition condition : conditions) {
          if (candidate.cannot(condition.name()) == null) {
            add(condition.sample(visit, condition.name() + round + number));
          }
        }
      }
      // the last rounds, so that all of them have seen the same before
      int killsHere = killsIn(round);
      for (int number = 1; number <= killsHere; number++) {
        add(new Kill(visit).in(candidate.name(), "kill" + round + number));
      }
    }
  }

  private int killsIn(int round) {
    int roundsLeft = plan.rounds() - round;
    return plan.kills() > roundsLeft ? Math.max(1, plan.kills() - plan.rounds() + 1) : 0;
  }

  private void add(Sample sample) {
    samples.add(sample);
    progress.say(
        "  %s: %.0f/s (%d documents, %.1f %% out of order, %d lost, %d twice;"
            + " µs a document: %.0f own, %.0f Artemis, %.0f PostgreSQL)",
        sample.condition(),
        sample.rate(),
        sample.verdict().sent(),
        sample.verdict().inverted(),
        sample.verdict().lost(),
        sample.verdict().duplicates(),
        micros(sample, sample.cpu().candidate()),
        micros(sample, sample.cpu().jms()),
        micros(sample, sample.cpu().postgres()));
  }

  private static double micros(Sample sample, double seconds) {
    return seconds * 1e6 / sample.verdict().sent();
  }

  private void add(Kill.Outcome kill) {
    kills.add(kill);
    progress.say(
        "  killed: %d lost, %d twice, %.1f %% out of order, all done %.1f s after it",
        kill.verdict().lost(),
        kill.verdict().duplicates(),
        kill.verdict().inverted(),
        kill.seconds());
  }

  /** Told while it runs. */
  public interface Progress {
    void say(String text, Object... values);
  }
}

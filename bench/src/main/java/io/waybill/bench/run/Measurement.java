package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.services.Servers;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gives every candidate its turn once in each round, so that whatever else happens on the machine
 * meets all of them alike; every second round in the opposite order. All of them are there all the
 * time, and those whose turn it is not have nothing to do.
 */
public final class Measurement {

  private static final Duration SERVERS_WARM_UP = Duration.ofSeconds(10);
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
  private final Quiet quiet;
  private final long begin = System.nanoTime();
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
    this.quiet = new Quiet(plan.patience());
  }

  /** Runs all sessions. */
  public Results run() throws Exception {
    try (Queues queues = new Queues(servers)) {

      warmServers(queues);
      for (int session = 1; session <= plan.sessions(); session++) {
        List<Visit> visits = new ArrayList<>();
        try {
          for (Candidate candidate : candidates) {
            visits.add(start(candidate, session, queues));
          }
          for (int round = 1; round <= plan.rounds() && (round == 1 || early()); round++) {
            progress.say("session %d, round %d of %d", session, round, plan.rounds());
            round(visits, session + "x" + round);
            Collections.reverse(visits);
          }
          for (Visit visit : visits) {
            kill(visit, session);
          }
        } finally {
          for (Visit visit : visits) {
            visit.close();
          }
        }
      }
    }
    return new Results(candidates, conditions, samples, kills);
  }

  private boolean early() {
    return System.nanoTime() - begin < plan.latest().toNanos();
  }

  /** Artemis and the driver are JVMs too: the first candidate must not pay for their warming up. */
  private void warmServers(Queues queues) throws Exception {
    progress.say("warms up Artemis");
    long end = System.nanoTime() + SERVERS_WARM_UP.toNanos();
    queues.create(WARM_UP);
    try (Producer producer = new Producer(servers.connections(), WARM_UP)) {
      for (int number = 1; System.nanoTime() < end; number++) {
        String sample = "servers" + number;
        Documents documents = new Documents(sample, plan.skew());
        for (int portion = 0; portion < WARM_UP_PORTIONS; portion++) {
          producer.send(documents, WARM_UP_PORTION);
        }
        new Judge(servers.connections()).judge(WARM_UP, sample, WARM_UP_PORTIONS * WARM_UP_PORTION);
      }
    }
  }

  private Visit start(Candidate candidate, int session, Queues queues) throws Exception {
    String name = "bench_" + candidate.name().replace('-', '_');
    Stage stage =
        new Stage(
            servers,
            name,
            name + "." + session + ".in",
            name + "." + session + ".out",
            folder.resolve(name + "-" + session).toAbsolutePath(),
            jvm);
    progress.say("session %d of %d: starts %s", session, plan.sessions(), candidate.name());
    Visit visit = new Visit(candidate, plan, stage, queues);
    try {
      visit.warmUp("warm" + session);
    } catch (Exception e) {
      visit.close();
      throw e;
    }
    progress.say("  %s is warm: about %.0f/s", candidate.name(), visit.speed());
    return visit;
  }

  /** Under each condition all candidates in turn. */
  private void round(List<Visit> visits, String round) throws Exception {
    for (Condition condition : conditions) {
      for (Visit visit : visits) {
        if (visit.candidate().cannot(condition.name()) == null) {
          add(undisturbed(visit, condition, condition.name() + round));
        }
      }
    }
  }

  /** The first sample that had the machine for itself; without patience, simply the first. */
  private Sample undisturbed(Visit visit, Condition condition, String name) throws Exception {
    quiet.await();
    Sample sample = condition.sample(visit, name);
    for (int again = 1; quiet.wants(sample); again++) {
      quiet.spent(sample.seconds());
      progress.say(
          "  %-11s %-9s once more: others had %.0f %% of the machine",
          sample.candidate(), sample.condition(), 100 * sample.others());
      quiet.await();
      sample = condition.sample(visit, name + "again" + again);
    }
    return sample;
  }

  private void kill(Visit visit, int session) throws Exception {
    for (int number = 1; number <= plan.kills(); number++) {
      Kill.Outcome kill = new Kill(visit).run("kill" + session + "x" + number);
      kills.add(kill);
      progress.say(
          "  %s, killed: %d lost, %d twice, %.1f %% out of order, all done after %.1f s",
          kill.candidate(),
          kill.verdict().lost(),
          kill.verdict().duplicates(),
          kill.verdict().inverted(),
          kill.seconds());
    }
  }

  private void add(Sample sample) {
    samples.add(sample);
    progress.say(
        "  %-11s %-9s %6.0f/s (%d documents, %.1f %% out of order, %d lost, %d twice; µs each:"
            + " %.0f own, %.0f Artemis, %.0f PostgreSQL; others on the machine: %.0f %%)",
        sample.candidate(),
        sample.condition(),
        sample.rate(),
        sample.verdict().sent(),
        sample.verdict().inverted(),
        sample.verdict().lost(),
        sample.verdict().duplicates(),
        sample.micros(Cpu::candidate),
        sample.micros(Cpu::jms),
        sample.micros(Cpu::postgres),
        100 * sample.others());
  }

  /** Told while it runs. */
  public interface Progress {
    void say(String text, Object... values);
  }
}

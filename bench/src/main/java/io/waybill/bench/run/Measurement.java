package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.run.Condition.Time;
import io.waybill.bench.services.Servers;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
  private final Turns turns;
  private final long begin = System.nanoTime();
  private final List<WarmUp.Outcome> warm = new ArrayList<>();

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
    this.turns = new Turns(plan, progress);
  }

  /** Runs all sessions. */
  public Results run() throws Exception {
    try (Queues queues = new Queues(servers)) {
      warmServers(queues);
      for (int session = 1; session <= plan.sessions(); session++) {
        for (Door door : Door.values()) {
          session(session, door, queues);
        }
      }
    }
    return new Results(candidates, conditions, turns.samples(), turns.kills(), warm);
  }

  /** Those who come by one door, with all that is measured there. */
  private void session(int session, Door door, Queues queues) throws Exception {
    List<Condition> here =
        conditions.stream().filter(condition -> condition.door() == door).toList();
    List<Visit> visits = new ArrayList<>();
    try {
      for (Candidate candidate : candidates) {
        if (here.stream().anyMatch(condition -> able(candidate, condition))) {
          visits.add(start(candidate, door, session, queues));
        }
      }
      if (!visits.isEmpty()) {
        session(session, visits, here);
      }
    } finally {
      for (Visit visit : visits) {
        visit.close();
      }
    }
  }

  private void session(int session, List<Visit> visits, List<Condition> here) throws Exception {
    for (int round = 1; round <= plan.rounds() && (round == 1 || early()); round++) {
      progress.say("session %d, round %d of %d", session, round, plan.rounds());
      turns.round(at(Time.EACH_ROUND, here), visits, session + "x" + round);
      Collections.reverse(visits);
    }
    afterRounds(visits, here, session);
    kill(visits, session);
    if (session == plan.sessions()) {
      turns.round(at(Time.LAST, here), visits, session + "x1");
    }
  }

  private static List<Condition> at(Time time, List<Condition> here) {
    return here.stream().filter(condition -> condition.time() == time).toList();
  }

  private void afterRounds(List<Visit> visits, List<Condition> here, int session) throws Exception {
    for (Condition condition : at(Time.AFTER_ROUNDS, here)) {
      for (Visit visit : visits) {
        if (Results.asked(visit.candidate(), condition)) {
          progress.say("prepares %s of %s", condition.name(), visit.candidate().name());
          condition.prepare(visit);
        }
      }
      for (int round = 1; round <= plan.rounds() && (round == 1 || early()); round++) {
        turns.round(List.of(condition), visits, session + "x" + round);
      }
    }
  }

  private static boolean able(Candidate candidate, Condition condition) {
    return Results.asked(candidate, condition) && candidate.cannot(condition.name()) == null;
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

  private Visit start(Candidate candidate, Door door, int session, Queues queues) throws Exception {
    String name = "bench_" + candidate.name().replace('-', '_') + door.suffix();
    Stage stage =
        new Stage(
            door,
            servers,
            name,
            name + "." + session + ".in",
            name + "." + session + ".out",
            freePort(),
            folder.resolve(name + "-" + session).toAbsolutePath(),
            jvm);
    progress.say("session %d of %d: starts %s", session, plan.sessions(), candidate.name());
    Visit visit = new Visit(candidate, plan, stage, queues);
    try {
      WarmUp.Outcome outcome = visit.warmUp("warm" + session);
      warm.add(outcome);
      progress.say(
          "  %s is warm after %,d documents: about %.0f/s",
          candidate.name(), outcome.documents(), outcome.speed());
    } catch (Exception e) {
      visit.close();
      throw e;
    }
    return visit;
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /** What is bare promises nothing. */
  private void kill(List<Visit> visits, int session) throws Exception {
    for (Visit visit : visits) {
      for (int number = 1; number <= plan.kills(); number++) {
        if (!visit.bare() && visit.candidate().cannot(Kill.NAME) == null) {
          turns.kill(visit, "kill" + session + "x" + number);
        }
      }
    }
  }

  /** Told while it runs. */
  public interface Progress {
    void say(String text, Object... values);
  }
}

package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Running;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.door.Way;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.judge.Verdict;
import io.waybill.bench.services.Servers;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One candidate in one session, by one door: a fresh process on a fresh database with two queues of
 * its own.
 */
public final class Visit implements AutoCloseable {

  private static final String WARM_UP = "warm-up";

  private final Candidate candidate;
  private final Plan plan;
  private final Stage stage;
  private final Queues queues;
  private final Producer producer;
  private final Connection database;
  private final Way way;
  private final Map<String, Double> speeds = new HashMap<>();
  private Running running;

  Visit(Candidate candidate, Plan plan, Stage stage, Queues queues) throws Exception {
    this.candidate = candidate;
    this.plan = plan;
    this.stage = stage;
    this.queues = queues;
    queues.create(stage.in());
    queues.create(stage.out());
    servers().freshDatabase(stage.database());
    database = servers().connect(stage.database());
    producer = new Producer(servers().connections(), stage.in());
    way = Way.of(stage, bare(), queues, producer, this::process);
    running = Running.start(candidate, stage);
  }

  /** Lets it work until its JVM knows its way. */
  WarmUp.Outcome warmUp(String sample) throws Exception {
    WarmUp.Outcome warm = new WarmUp(this, plan.warmUp()).run(sample);
    speeds.put(WARM_UP, warm.speed());
    return warm;
  }

  /** Documents a second, as last seen under this condition, or else while warming up. */
  public double speed(String condition) {
    Double seen = speeds.get(condition);
    return seen != null ? seen : speeds.getOrDefault(WARM_UP, 0.0);
  }

  /** Whether there was a sample under this condition already. */
  public boolean measured(String condition) {
    return speeds.containsKey(condition);
  }

  /** The documents of a sample. */
  public Documents documents(String sample) {
    return new Documents(sample, stage.door().skew(plan.skew()));
  }

  /** How many documents the next sample under this condition has. */
  public int number(String condition) {
    return plan.documents(speed(condition), stage.door());
  }

  /** How long a sample takes, about. */
  public Duration length() {
    return plan.length();
  }

  public Candidate candidate() {
    return candidate;
  }

  /** Whether nothing is behind the door. */
  boolean bare() {
    return candidate.bare(stage.door());
  }

  public Stage stage() {
    return stage;
  }

  public Servers servers() {
    return stage.servers();
  }

  public Queues queues() {
    return queues;
  }

  public Producer producer() {
    return producer;
  }

  /** How documents come and where they arrive. */
  Way way() {
    return way;
  }

  /** Asks how many documents are at the destination. */
  public LongSupplier arrivals() {
    return way.destination()::arrived;
  }

  public ProcessHandle process() {
    return running.handle();
  }

  public Cpu cpu() {
    return Cpu.now(running.handle(), servers());
  }

  public void requireAlive() {
    running.requireAlive();
  }

  /** How many documents its tables do not call finished. */
  public long unfinished() {
    try {
      return candidate.unfinished(database, stage);
    } catch (Exception e) {
      throw new IllegalStateException("Its tables cannot be asked", e);
    }
  }

  public Verdict judge(String sample, int sent) throws Exception {
    return way.destination().judge(sample, sent);
  }

  Sample sampled(String condition, double seconds, double arrivals, Cpu cpu, Verdict verdict) {
    return sampled(condition, seconds, arrivals, cpu, verdict, Map.of());
  }

  /** What has been measured, and the speed that later samples go by. */
  public Sample sampled(
      String condition,
      double seconds,
      double arrivals,
      Cpu cpu,
      Verdict verdict,
      Map<String, Double> figures) {
    Sample sample =
        new Sample(candidate.name(), condition, seconds, arrivals, cpu, verdict, figures);
    speeds.put(condition, sample.rate());
    return sample;
  }

  /** Ends the process as the kernel would, and starts it again at once. */
  void killAndRestart() throws IOException {
    kill();
    start(candidate);
  }

  /** Ends the process as the kernel would. */
  public void kill() {
    running.kill();
  }

  /** Starts it again on the same database, perhaps with other settings. */
  public void start(Candidate as) throws IOException {
    running = Running.start(as, stage);
  }

  /** Ends the process in order. */
  public void stop() {
    running.close();
  }

  @Override
  public void close() throws Exception {
    running.close();
    way.close();
    producer.close();
    database.close();
  }
}

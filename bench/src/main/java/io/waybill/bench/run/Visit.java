package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Running;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.judge.Judge;
import io.waybill.bench.judge.Queues;
import io.waybill.bench.judge.Verdict;
import io.waybill.bench.services.Servers;
import io.waybill.bench.work.Documents;
import io.waybill.bench.work.Producer;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/** One candidate in one session: a fresh process on a fresh database with two queues of its own. */
public final class Visit implements AutoCloseable {

  private final Candidate candidate;
  private final Plan plan;
  private final Stage stage;
  private final Queues queues;
  private final Producer producer;
  private final Connection database;
  private Running running;
  private double speed = 100;

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
    running = Running.start(candidate, stage);
  }

  /** Lets it work until its JVM knows its way, and takes its speed from the end of that. */
  void warmUp(String sample) throws Exception {
    Documents documents = documents(sample);
    LongSupplier arrivals = arrivals();
    long begin = System.nanoTime();
    long half = begin + plan.warmUp().toNanos() / 2;
    long end = begin + plan.warmUp().toNanos();
    long atHalf = 0;
    int sent = 0;
    while (System.nanoTime() < end) {
      long there = arrivals.getAsLong();
      if (sent - there < Math.max(500, speed)) {
        producer.send(documents, 250);
        sent += 250;
      } else {
        requireAlive();
        Waiting.pause(2);
      }
      long now = System.nanoTime();
      if (now < half) {
        atHalf = there;
        speed = Math.max(100, there / ((now - begin) / 1e9));
      }
    }
    speed = (arrivals.getAsLong() - atHalf) / ((System.nanoTime() - half) / 1e9);
    new Stopwatch(arrivals, sent).untilFinished(this::requireAlive, this::unfinished);
    judge(sample, sent);
  }

  /** Documents a second, as seen so far. */
  double speed() {
    return speed;
  }

  /** The documents of a sample. */
  Documents documents(String sample) {
    return new Documents(sample, plan.skew());
  }

  /** How many documents the next sample has. */
  int documents() {
    return plan.documents(speed);
  }

  Candidate candidate() {
    return candidate;
  }

  Stage stage() {
    return stage;
  }

  Servers servers() {
    return stage.servers();
  }

  Queues queues() {
    return queues;
  }

  Producer producer() {
    return producer;
  }

  /** Asks how many messages lie at the destination. */
  LongSupplier arrivals() {
    return () -> queues.size(stage.out());
  }

  Cpu cpu() {
    return Cpu.now(running.handle(), servers());
  }

  void requireAlive() {
    running.requireAlive();
  }

  /** How many documents its tables do not call finished. */
  long unfinished() {
    try (PreparedStatement query = database.prepareStatement(candidate.unfinished());
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("Its tables cannot be asked", e);
    }
  }

  Verdict judge(String sample, int sent) throws JMSException {
    return new Judge(servers().connections()).judge(stage.out(), sample, sent);
  }

  Sample sampled(String condition, double seconds, double arrivals, Cpu cpu, Verdict verdict) {
    Sample sample = new Sample(candidate.name(), condition, seconds, arrivals, cpu, verdict);
    speed = sample.rate();
    return sample;
  }

  /** Ends the process as the kernel would, and starts it again at once. */
  void killAndRestart() throws IOException {
    running.kill();
    running = Running.start(candidate, stage);
  }

  @Override
  public void close() throws Exception {
    running.close();
    producer.close();
    database.close();
  }
}

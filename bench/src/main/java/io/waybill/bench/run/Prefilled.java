package io.waybill.bench.run;

import io.waybill.bench.work.Documents;
import jakarta.jms.JMSException;
import java.util.List;

/** The queue is full when the candidate may begin. */
public final class Prefilled implements Condition {

  /** Its name. */
  public static final String NAME = "prefilled";

  private static final int PORTION = 500;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "all documents lie in the queue when the candidate may begin";
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(
            20, "ordered_baseline", "times the speed of the application by hand, in order"),
        Target.atLeast(
            6, "unordered_baseline", "times the speed of the faster one that keeps no order"),
        Target.atLeast(0.7, "limit", "of the speed that the servers allow at all"));
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    return sample(visit, name(), sample, visit.documents(sample));
  }

  /** The same for another condition that differs in its documents or in the state of things. */
  public static Sample sample(Visit visit, String condition, String sample, Documents documents)
      throws Exception {
    int number = visit.number(condition);
    fill(visit, documents, number);
    visit.servers().checkpoint();
    Cpu before = visit.cpu();
    Stopwatch watch = new Stopwatch(visit.arrivals(), number);
    visit.queues().resume(visit.stage().in());
    double seconds = watch.untilFinished(visit::requireAlive, visit::unfinished);
    Cpu used = visit.cpu().since(before);
    return visit.sampled(condition, seconds, watch.arrivals(), used, visit.judge(sample, number));
  }

  /** Fills the queue while nothing is delivered from it. */
  static void fill(Visit visit, Documents documents, int number) throws Exception {
    visit.queues().pause(visit.stage().in());
    send(visit, documents, number);
  }

  /** Sends them as fast as the server takes them. */
  public static void send(Visit visit, Documents documents, int number) throws JMSException {
    for (int left = number; left > 0; left -= PORTION) {
      visit.producer().send(documents, Math.min(PORTION, left));
    }
  }
}

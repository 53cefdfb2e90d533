package io.waybill.bench.run;

import io.waybill.bench.candidate.Door;
import io.waybill.bench.judge.Verdict;
import java.time.Duration;

/**
 * A kill in the middle of the work. What is judged is not speed but what is there when the
 * restarted candidate says that it has nothing left to do.
 */
public final class Kill {

  /** As what a candidate may say that it cannot do it. */
  static final String NAME = "kill";

  /** The share of the documents that has arrived when it is killed. */
  private static final double WHEN = 0.4;

  /** No message may come after all has been quiet for so long. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /**
   * What became of the documents.
   *
   * @param candidate its name
   * @param seconds from the kill until nothing was left to do
   * @param verdict what was found then
   */
  public record Outcome(String candidate, double seconds, Verdict verdict) {}

  private final Visit visit;
  private long quietSince;
  private long seen = -1;

  Kill(Visit visit) {
    this.visit = visit;
  }

  Outcome run(String sample) throws Exception {
    Door door = visit.stage().door();
    int number = visit.number(door == Door.QUEUES ? Prefilled.NAME : door.text());
    visit.way().source().fill(visit.documents(sample), number);
    visit.way().source().release();
    Waiting.until(
        "the middle of the work", PATIENCE, () -> visit.arrivals().getAsLong() > number * WHEN);
    long killed = System.nanoTime();
    visit.killAndRestart();
    quietSince = System.nanoTime();
    Waiting.until("the end of the work after a kill", PATIENCE, this::quiet);
    double seconds = (quietSince - killed) / 1e9;
    Verdict verdict = visit.judge(sample, number);
    return new Outcome(visit.candidate().name(), seconds, verdict);
  }

  private boolean quiet() {
    visit.requireAlive();
    long there = visit.arrivals().getAsLong();
    boolean atWork = there != seen || visit.way().source().waiting() > 0 || visit.unfinished() > 0;
    seen = there;
    if (atWork) {
      quietSince = System.nanoTime();
    }
    return System.nanoTime() - quietSince > QUIET.toNanos();
  }
}

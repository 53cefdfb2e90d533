package io.waybill.bench.run;

import io.waybill.bench.candidate.Door;
import io.waybill.bench.work.Documents;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets a candidate work until its JVM knows its way. Some are a hundred times as fast as others:
 * the same time alone would leave the slow ones cold, and the same number of documents alone the
 * fast ones.
 */
public final class WarmUp {

  /** The destination's queue is emptied after so many, or it would outgrow the JMS server. */
  private static final int MOST_AT_ONCE = 50_000;

  private static final int PORTION = 250;
  private static final int LEAST_AHEAD = 500;

  /** Over what its speed is taken. */
  private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * How long it takes: the least time and the least number of documents, or the most time.
   *
   * @param least so long in any case
   * @param documents so many, if it is fast enough
   * @param most no longer than that
   */
  public record Length(Duration least, int documents, Duration most) {

    /** A time, however many documents that are. */
    public static Length of(Duration time) {
      return new Length(time, 0, time);
    }

    /** As it is told. */
    public String words() {
      return documents == 0
          ? "%d s".formatted(least.toSeconds())
          : "at least %d s and %,d documents, or %d s"
              .formatted(least.toSeconds(), documents, most.toSeconds());
    }

    private boolean reached(double seconds, int done) {
      return seconds >= least.toMillis() / 1e3
          && (done >= documents || seconds >= most.toMillis() / 1e3);
    }
  }

  /**
   * What it was warmed with.
   *
   * @param candidate its name
   * @param documents how many it has done
   * @param seconds how long that took
   * @param speed how many a second at the end
   */
  public record Outcome(String candidate, int documents, double seconds, double speed) {}

  private final Visit visit;
  private final Length length;
  private final long begin = System.nanoTime();
  private int sent;
  private double speed;

  WarmUp(Visit visit, Length length) {
    this.visit = visit;
    this.length = length;
  }

  Outcome run(String sample) throws Exception {
    for (int number = 1; number == 1 || !enough(); number++) {
      if (visit.stage().door() == Door.QUEUES) {
        some(sample + "p" + number);
      } else {
        whole(sample + "p" + number);
      }
    }
    return new Outcome(visit.candidate().name(), sent, seconds(), speed);
  }

  private void some(String sample) throws Exception {
    Documents documents = visit.documents(sample);
    LongSupplier arrivals = visit.arrivals();
    Stopwatch watch = new Stopwatch(arrivals, MOST_AT_ONCE);
    long looked = System.nanoTime();
    long then = 0;
    int here = 0;
    while (here < MOST_AT_ONCE && !enough()) {
      long there = watch.look();
      if (here - there < Math.max(LEAST_AHEAD, speed)) {
        visit.producer().send(documents, PORTION);
        here += PORTION;
        sent += PORTION;
      } else {
        visit.requireAlive();
        Waiting.pause(2);
      }
      long now = System.nanoTime();
      if (now - looked > LOOK_NANOS) {
        speed = (there - then) / ((now - looked) / 1e9);
        looked = now;
        then = there;
      }
    }
    new Stopwatch(arrivals, here).untilFinished(visit::requireAlive, visit::unfinished);
    if (speed == 0) {
      speed = sent / seconds();
    }
    visit.judge(sample, here);
  }

  /** A sample that does not count. */
  private void whole(String sample) throws Exception {
    Sample some = new ThroughDoor(visit.stage().door(), "").sample(visit, sample);
    sent += some.verdict().sent();
    speed = some.rate();
  }

  private boolean enough() {
    return length.reached(seconds(), sent);
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}

package io.waybill.bench.run;

import io.waybill.bench.candidate.Door;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param sessions how often all candidates are started anew, each on a fresh database
 * @param rounds how often every candidate has its turn in a session, while the others wait
 * @param warmUp how long each of them works before anything is measured, and how much
 * @param length how long one sample takes, about: its number of documents follows from the speed
 *     seen so far
 * @param kills how often a candidate is killed at the end of a session
 * @param skew how unlike the lanes are: the exponent of Zipf's law. With 1 the first lane has one
 *     document in seven or eight
 * @param patience how long it may wait, in all, for a machine that is busy with something else, and
 *     repeat what was disturbed
 * @param latest when the last round of a session may begin, from the start of the run; a slow
 *     machine gets fewer of them
 */
public record Plan(
    int sessions,
    int rounds,
    WarmUp.Length warmUp,
    Duration length,
    int kills,
    double skew,
    Duration patience,
    Duration latest) {

  /** Enough to see whether something became slower. */
  public static final Plan QUICK =
      new Plan(
          1,
          2,
          WarmUp.Length.of(Duration.ofSeconds(28)),
          Duration.ofMillis(2500),
          1,
          1,
          Duration.ofSeconds(15),
          Duration.ofSeconds(205));

  /** Enough to print. */
  public static final Plan FULL =
      new Plan(
          3,
          3,
          // a JVM that has done fewer documents is still busy with learning how
          new WarmUp.Length(Duration.ofSeconds(30), 60_000, Duration.ofSeconds(150)),
          Duration.ofSeconds(8),
          1,
          1,
          Duration.ofMinutes(20),
          Duration.ofDays(1));

  /** How many documents a sample has for a candidate of this speed. */
  int documents(double perSecond, Door door) {
    return door.documents((int) (perSecond * length.toMillis() / 1000));
  }
}

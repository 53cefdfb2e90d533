package io.waybill.bench.run;

import io.waybill.bench.work.Documents;
import java.util.List;

/**
 * The producer works at the same time, on the same processors. It stays a little ahead: so far that
 * the candidate never waits for it, and not so far that it has ended while the candidate works.
 */
public final class Beside implements Condition {

  /** Its name. */
  public static final String NAME = "beside";

  /** How far ahead, in seconds of the candidate's work. */
  private static final double AHEAD_SECONDS = 0.25;

  private static final int LEAST_AHEAD = 64;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "the documents are sent while the candidate works, a quarter of a second ahead of it";
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atLeast(0.7, "limit", "of the speed that the servers allow at all"));
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    int number = visit.number(name());
    visit.servers().checkpoint();
    Cpu before = visit.cpu();
    Stopwatch watch = new Stopwatch(visit.arrivals(), number);
    send(visit, visit.documents(sample), number, watch);
    double seconds = watch.untilFinished(visit::requireAlive, visit::unfinished);
    Cpu used = visit.cpu().since(before);
    return visit.sampled(name(), seconds, watch.arrivals(), used, visit.judge(sample, number));
  }

  private static void send(Visit visit, Documents documents, int number, Stopwatch watch)
      throws Exception {
    int ahead = Math.max(LEAST_AHEAD, (int) (visit.speed(NAME) * AHEAD_SECONDS));
    int portion = Math.max(1, ahead / 8);
    int sent = 0;
    while (sent < number) {
      long room = ahead - (sent - watch.look());
      if (room >= portion || number - sent <= room) {
        int next = Math.min(portion, number - sent);
        visit.producer().send(documents, next);
        sent += next;
      } else {
        visit.requireAlive();
        Waiting.pause(2);
      }
    }
  }
}

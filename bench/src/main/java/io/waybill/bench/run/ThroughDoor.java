package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.services.Recipient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Another way than from queue to queue. Everything lies ready when the time begins.
 *
 * @param door the way
 * @param words what is measured, in a sentence
 */
public record ThroughDoor(Door door, String words) implements Condition {

  private static final double TIMES_BY_HAND = 5;
  private static final double SHARE_OF_LIMIT = 0.7;

  /** Small files in a folder. */
  public static ThroughDoor dropFolder() {
    return new ThroughDoor(
        Door.DROP_FOLDER,
        "small files lie in a folder and go to a queue; limit: a program that moves them and writes"
            + " the receipts, and nothing else");
  }

  /** One file of many documents. */
  public static ThroughDoor largeFile() {
    return new ThroughDoor(
        Door.LARGE_FILE,
        "one file in a folder, each of whose lines is a document that goes to a queue; no limit: a"
            + " program that only reads it is as fast as the disk");
  }

  /** Requests of many senders. */
  public static ThroughDoor httpIntake() {
    return new ThroughDoor(
        Door.HTTP_INTAKE,
        "%d senders by HTTP, each with lanes of its own, all lanes alike, to a queue; limit: the same"
                .formatted(Door.CONNECTIONS)
            + " HTTP server, which reads each document, answers, and does nothing else");
  }

  /** An HTTP server as destination. */
  public static ThroughDoor httpDestination() {
    return new ThroughDoor(
        Door.HTTP_DESTINATION,
        "from a queue to an HTTP server that answers after %d ms, all lanes alike, up to %d in flight; limit: as many connections that only post"
            .formatted(Recipient.DELAY_MILLIS, Door.CONNECTIONS));
  }

  @Override
  public String name() {
    return door.text();
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    OptionalDouble equivalent =
        results.candidates().stream()
            .map(Candidate::name)
            .filter(name -> name.startsWith("baseline-") && inOrder(results, name))
            .flatMap(name -> results.ratio("waybill", name, name()).stream())
            .mapToDouble(ratio -> ratio)
            .min();
    equivalent.ifPresent(
        ratio -> {
          double limit = results.ratio("waybill", "limit", name()).orElse(0.0);
          ratios.put("equivalent_baseline", ratio);
          ratios.put("asked", Math.max(ratio / TIMES_BY_HAND, limit / SHARE_OF_LIMIT));
        });
    return ratios;
  }

  private boolean inOrder(Results results, String candidate) {
    return results.of(candidate, name()).stream()
        .allMatch(sample -> sample.verdict().inversions() == 0);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(
            1,
            "asked",
            "of 5 times the fastest application by hand that kept the order, or of 70 % of the limit,"
                + " whichever is less"));
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    int number = visit.number(name());
    visit.way().source().fill(visit.documents(sample), number);
    visit.servers().checkpoint();
    Cpu before = visit.cpu();
    Stopwatch watch = new Stopwatch(visit.arrivals(), number);
    visit.way().source().release();
    double seconds = watch.untilFinished(visit::requireAlive, visit::unfinished);
    Cpu used = visit.cpu().since(before);
    return visit.sampled(name(), seconds, watch.arrivals(), used, visit.judge(sample, number));
  }
}

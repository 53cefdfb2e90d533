package io.waybill.bench.backlog;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Cpu;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Prefilled;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Spread;
import io.waybill.bench.run.Target;
import io.waybill.bench.run.Visit;
import io.waybill.bench.run.Waiting;
import io.waybill.bench.waybill.WaybillCandidate;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The destination is closed while a great many messages come in, the broker is killed, and the way
 * is open when it starts again.
 */
public final class Backlog implements Condition {

  private static final String NAME = "backlog";
  private static final int HEAP_MIB = 512;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Figure FIRST_POSTED =
      Figure.own("first_posted_seconds", " s to the first", "Seconds until one is posted", 1);
  private static final Figure DRAINED =
      Figure.own("drained_per_second", "/s drained", "Documents per second from the backlog", 0);
  private static final Figure TAKEN =
      Figure.own("taken_per_second", "/s taken in", "Documents per second into the backlog", 0);
  private static final Figure HEAP_GROWTH =
      Figure.own("heap_growth", " times the heap", "Heap with all against three tenths", 2);
  private static final String OF_PREFILLED = "of_prefilled";

  private final int number;

  /** Of so many messages. */
  public Backlog(int number) {
    this.number = number;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "%,d messages come in while the destination is closed, with a heap of %d MiB; killed,"
            .formatted(number, HEAP_MIB)
        + " started again with the way open, and drained";
  }

  @Override
  public List<Figure> figures() {
    return List.of(FIRST_POSTED, DRAINED, TAKEN, HEAP_GROWTH);
  }

  @Override
  public boolean concerns(Candidate candidate) {
    return candidate instanceof WaybillCandidate;
  }

  @Override
  public Time time() {
    return Time.LAST;
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    WaybillCandidate small =
        ((WaybillCandidate) visit.candidate()).with("-Xmx%dm".formatted(HEAP_MIB));
    visit.stop();
    long start = System.nanoTime();
    visit.start(small.closed());
    double readyEmpty = (System.nanoTime() - start) / 1e9;
    Filling filling = new Filling(visit, number);
    filling.fill(visit.documents(sample));
    requireOpen(visit);
    visit.servers().checkpoint();
    double firstPosted = untilFirst(visit, small);
    Cpu before = visit.cpu();
    long begin = System.nanoTime();
    Draining draining = new Draining(visit, sample, number);
    draining.drain();
    double seconds = (System.nanoTime() - begin) / 1e9;
    Spread drained =
        Spread.of(draining.stretches().stream().mapToDouble(it -> it).toArray()).orElseThrow();
    Map<String, Double> figures = new HashMap<>(filling.heap());
    figures.put(FIRST_POSTED.name(), firstPosted);
    figures.put("ready_without_backlog_seconds", readyEmpty);
    figures.put(TAKEN.name(), filling.perSecond());
    figures.put(HEAP_GROWTH.name(), filling.heapGrowth());
    figures.put(DRAINED.name(), drained.median());
    figures.put("drained_at_first_per_second", draining.first());
    figures.put("drained_least_per_second", drained.least());
    return visit.sampled(
        NAME,
        seconds,
        drained.median(),
        visit.cpu().since(before),
        draining.tally().verdict(),
        figures);
  }

  private void requireOpen(Visit visit) {
    long open = visit.unfinished();
    if (open != number) {
      throw new IllegalStateException(
          "%d messages were sent and %d are open".formatted(number, open));
    }
  }

  /** From the start of the process; it posts before it has said that it is ready. */
  private static double untilFirst(Visit visit, Candidate open) throws Exception {
    visit.kill();
    long begin = System.nanoTime();
    CompletableFuture<Double> first =
        CompletableFuture.supplyAsync(
            () -> {
              Waiting.until(
                  "the first of a backlog", PATIENCE, () -> visit.arrivals().getAsLong() > 0);
              return (System.nanoTime() - begin) / 1e9;
            });
    visit.start(open);
    return first.get();
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (Figure figure : List.of(FIRST_POSTED, HEAP_GROWTH)) {
      results
          .spread("waybill", NAME, figure.of())
          .ifPresent(spread -> ratios.put(figure.name(), spread.median()));
    }
    Results.quotient(
            results.spread("waybill", NAME, DRAINED.of()),
            results.spread("waybill", Prefilled.NAME, Sample::rate))
        .ifPresent(ratio -> ratios.put(OF_PREFILLED, ratio));
    return ratios;
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atMost(
            30, FIRST_POSTED.name(), "seconds from its start until the first message is posted"),
        Target.atLeast(0.9, OF_PREFILLED, "of its prefilled speed while it works a backlog off"),
        Target.atMost(
            1.1,
            HEAP_GROWTH.name(),
            "times the heap of three tenths of the backlog for all of it"));
  }
}

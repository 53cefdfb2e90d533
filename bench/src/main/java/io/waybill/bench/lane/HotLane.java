package io.waybill.bench.lane;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.limit.LimitCandidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Cpu;
import io.waybill.bench.run.Prefilled;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Stopwatch;
import io.waybill.bench.run.Target;
import io.waybill.bench.run.Visit;
import io.waybill.bench.run.Waiting;
import io.waybill.bench.waybill.WaybillCandidate;
import io.waybill.bench.work.Documents;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All documents are in one lane: each has to arrive before the next. */
public final class HotLane implements Condition {

  static final String NAME = "hot-lane";

  /** As many as Waybill sends together. */
  private static final int TOGETHER = 256;

  private static final Duration GATHER_PATIENCE = Duration.ofMinutes(1);

  /** Who is compared with Waybill under this condition only. */
  public static List<Candidate> senders() {
    return List.of(new SenderCandidate(1), new SenderCandidate(TOGETHER));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "one lane for all documents, prefilled; the senders have them in memory and do nothing but"
        + " send them in order";
  }

  @Override
  public boolean concerns(Candidate candidate) {
    return candidate instanceof WaybillCandidate
        || candidate instanceof LimitCandidate
        || candidate instanceof SenderCandidate;
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    Documents documents = Documents.ofOneLane(sample);
    return visit.candidate() instanceof SenderCandidate
        ? prepared(visit, sample, documents)
        : Prefilled.sample(visit, NAME, sample, documents);
  }

  private static Sample prepared(Visit visit, String sample, Documents documents) throws Exception {
    int number = visit.number(NAME);
    visit.producer().tell(OrderedSender.GATHER, number);
    Prefilled.send(visit, documents, number);
    Waiting.until(
        "a sender that gathers",
        GATHER_PATIENCE,
        () -> visit.queues().size(visit.stage().in()) == 0);
    visit.servers().checkpoint();
    Cpu before = visit.cpu();
    Stopwatch watch = new Stopwatch(visit.arrivals(), number);
    visit.producer().tell("send", number);
    double seconds = watch.untilFinished(visit::requireAlive, visit::unfinished);
    Cpu used = visit.cpu().since(before);
    return visit.sampled(
        NAME, seconds, watch.arrivals(), used, visit.judge(sample, number), Map.of());
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (Candidate sender : senders()) {
      results
          .ratio("waybill", sender.name(), NAME)
          .ifPresent(ratio -> ratios.put(against(sender), ratio));
    }
    return ratios;
  }

  private static String against(Candidate sender) {
    return sender.name().replace('-', '_');
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(
            0.7,
            against(new SenderCandidate(TOGETHER)),
            "of the speed of one ordered sender alone that commits as many at a time"));
  }
}

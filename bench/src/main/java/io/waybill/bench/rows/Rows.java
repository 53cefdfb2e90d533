package io.waybill.bench.rows;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Prefilled;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import io.waybill.bench.run.Target;
import io.waybill.bench.run.Visit;
import io.waybill.bench.waybill.PostedRows;
import io.waybill.bench.waybill.WaybillCandidate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same as prefilled when the tables have many posted messages in them. */
public final class Rows implements Condition {

  private static final String NAME = "rows";
  private static final String EMPTY_TABLES = "empty_tables";

  private final int number;

  /** So many. */
  public Rows(int number) {
    this.number = number;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "as prefilled, with %,d posted messages more in the tables".formatted(number);
  }

  @Override
  public boolean concerns(Candidate candidate) {
    return candidate instanceof WaybillCandidate;
  }

  @Override
  public Time time() {
    return Time.AFTER_ROUNDS;
  }

  @Override
  public void prepare(Visit visit) throws Exception {
    new PostedRows(visit.stage()).fill(number);
  }

  @Override
  public Sample sample(Visit visit, String sample) throws Exception {
    return Prefilled.sample(visit, NAME, sample, visit.documents(sample));
  }

  @Override
  public Map<String, Double> ratios(Results results) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    Results.quotient(
            results.spread("waybill", NAME, Sample::rate),
            results.spread("waybill", Prefilled.NAME, Sample::rate))
        .ifPresent(ratio -> ratios.put(EMPTY_TABLES, ratio));
    return ratios;
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atLeast(0.9, EMPTY_TABLES, "of its own speed with empty tables"));
  }
}

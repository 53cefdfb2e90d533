package io.waybill.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Plan;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Sample;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run has shown, for programs. */
final class Json {

  private final Machine machine;
  private final Plan plan;
  private final Results results;

  Json(Machine machine, Plan plan, Results results) {
    this.machine = machine;
    this.plan = plan;
    this.results = results;
  }

  /** Everything, for programs. */
  String text() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ratios", ratios());
    all.put("targets", Targets.of(results));
    all.put("candidates", results.candidates().stream().map(this::candidate).toList());
    all.put("machine", machine.facts());
    all.put(
        "plan",
        Map.of(
            "sessions", plan.sessions(),
            "rounds", plan.rounds(),
            "warm_up", plan.warmUp().words(),
            "sample_seconds", plan.length().toMillis() / 1e3,
            "kills", plan.kills(),
            "skew", plan.skew()));
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
  }

  /** Those of the first condition by their plain names, those of all under its name. */
  private Map<String, Object> ratios() {
    Map<String, Object> ratios =
        new LinkedHashMap<>(Ratios.of(results, results.conditions().get(0)));
    for (Condition condition : results.conditions()) {
      ratios.put(condition.name(), Ratios.of(results, condition));
    }
    return ratios;
  }

  private Map<String, Object> candidate(Candidate candidate) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", candidate.name());
    told.put("title", candidate.title());
    told.put("settings", candidate.settings());
    told.put("warmed_with_documents", results.warm(candidate.name()));
    Map<String, Object> conditions = new LinkedHashMap<>();
    for (Condition condition : results.conditions()) {
      if (condition.concerns(candidate)) {
        conditions.put(condition.name(), condition(candidate, condition));
      }
    }
    told.put("conditions", conditions);
    told.put("kills", results.kills(candidate.name()));
    return told;
  }

  private Map<String, Object> condition(Candidate candidate, Condition condition) {
    Map<String, Object> told = new LinkedHashMap<>();
    String cannot = Results.cannot(candidate, condition);
    if (cannot != null) {
      told.put("cannot", cannot);
    }
    for (Figure figure : condition.figures()) {
      results
          .spread(candidate.name(), condition.name(), figure.of())
          .ifPresent(spread -> told.put(figure.name(), spread));
    }
    results
        .spread(candidate.name(), condition.name(), Sample::arrivals)
        .ifPresent(spread -> told.put("arrivals_per_second", spread));
    told.put("samples", results.of(candidate.name(), condition.name()));
    return told;
  }
}

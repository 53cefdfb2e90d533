package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Everything that was measured. */
public record Results(
    List<Candidate> candidates,
    List<Condition> conditions,
    List<Sample> samples,
    List<Kill.Outcome> kills) {

  public Results {
    candidates = List.copyOf(candidates);
    conditions = List.copyOf(conditions);
    samples = List.copyOf(samples);
    kills = List.copyOf(kills);
  }

  /** Numbers of one kind, as a median with its spread. */
  public Optional<Spread> spread(
      String candidate, String condition, ToDoubleFunction<Sample> value) {
    return Spread.of(of(candidate, condition).stream().mapToDouble(value).toArray());
  }

  public List<Sample> of(String candidate, String condition) {
    return samples.stream()
        .filter(sample -> sample.candidate().equals(candidate))
        .filter(sample -> sample.condition().equals(condition))
        .toList();
  }

  /** The kills of one candidate. */
  public List<Kill.Outcome> kills(String candidate) {
    return kills.stream().filter(kill -> kill.candidate().equals(candidate)).toList();
  }

  /** How many times as fast as another one, by the medians. */
  public Optional<Double> ratio(String candidate, String other, String condition) {
    Optional<Spread> mine = spread(candidate, condition, Sample::rate);
    Optional<Spread> theirs = spread(other, condition, Sample::rate);
    return mine.isPresent() && theirs.isPresent()
        ? Optional.of(mine.get().median() / theirs.get().median())
        : Optional.empty();
  }
}

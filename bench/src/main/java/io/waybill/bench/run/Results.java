package io.waybill.bench.run;

import io.waybill.bench.candidate.Candidate;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Everything that was measured. */
public record Results(
    List<Candidate> candidates,
    List<Condition> conditions,
    List<Sample> samples,
    List<Kill.Outcome> kills,
    List<WarmUp.Outcome> warm) {

  public Results {
    candidates = List.copyOf(candidates);
    conditions = List.copyOf(conditions);
    samples = List.copyOf(samples);
    kills = List.copyOf(kills);
    warm = List.copyOf(warm);
  }

  /** Whether a condition is meant for a candidate, and the candidate is able to do it. */
  public static boolean asked(Candidate candidate, Condition condition) {
    return condition.concerns(candidate) && cannot(candidate, condition) == null;
  }

  /** Why a candidate is not able to do what a condition asks for; null where it is. */
  public static @Nullable String cannot(Candidate candidate, Condition condition) {
    String door = candidate.cannot(condition.door());
    return door == null ? candidate.cannot(condition.name()) : door;
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

  /** The fewest documents it was warmed with in a session. */
  public int warm(String candidate) {
    return warm.stream()
        .filter(outcome -> outcome.candidate().equals(candidate))
        .mapToInt(WarmUp.Outcome::documents)
        .min()
        .orElse(0);
  }

  /** How many times as fast as another one, by the medians. */
  public Optional<Double> ratio(String candidate, String other, String condition) {
    Optional<Spread> mine = spread(candidate, condition, Sample::rate);
    Optional<Spread> theirs = spread(other, condition, Sample::rate);
    return quotient(mine, theirs);
  }

  /** One median against another. */
  public static Optional<Double> quotient(Optional<Spread> one, Optional<Spread> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(one.get().median() / other.get().median())
        : Optional.empty();
  }
}

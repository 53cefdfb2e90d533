package io.waybill.bench;

import io.waybill.bench.backlog.Backlog;
import io.waybill.bench.lane.HotLane;
import io.waybill.bench.latency.HalfLoad;
import io.waybill.bench.latency.Latency;
import io.waybill.bench.rows.Rows;
import io.waybill.bench.run.Beside;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Plan;
import io.waybill.bench.run.Prefilled;
import io.waybill.bench.run.ThroughDoor;
import io.waybill.bench.run.WarmUp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What and how much is measured, where it is neither the quick nor the full plan. */
final class PlanOptions {

  private static final List<String> QUICK = List.of("prefilled", "beside");

  @Option(names = "--quick", description = "baseline, limit and Waybill in under 5 minutes")
  private boolean quick;

  @Option(names = "--sessions", description = "how often all candidates are started anew")
  private @Nullable Integer sessions;

  @Option(names = "--rounds", description = "how often each has its turn in a session")
  private @Nullable Integer rounds;

  @Option(names = "--warm-up", paramLabel = "SECONDS", description = "before anything is measured")
  private @Nullable Integer warmUp;

  @Option(names = "--seconds", description = "how long one sample takes, about")
  private @Nullable Integer seconds;

  @Option(names = "--kills", description = "how often each is killed in a session")
  private @Nullable Integer kills;

  @Option(names = "--skew", description = "Zipf exponent of the lanes: 1 as default, 0 all alike")
  private @Nullable Double skew;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "how long to wait, in all, for a machine that has nothing else to do")
  private @Nullable Integer patience;

  @Option(
      names = "--conditions",
      split = ",",
      paramLabel = "NAME",
      description = "measures under these and no others; --quick has prefilled and beside")
  private @Nullable List<String> conditions;

  @Option(names = "--rows", description = "how many posted messages the condition of that name has")
  private int rows = 5_000_000;

  @Option(
      names = "--backlog",
      description = "how many open messages the condition of that name has")
  private int backlog = 1_000_000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Under what is measured, in this order; another one is another line. */
  List<Condition> conditions() {
    List<Condition> all =
        List.of(
            new Prefilled(),
            new Beside(),
            ThroughDoor.dropFolder(),
            ThroughDoor.largeFile(),
            ThroughDoor.httpIntake(),
            ThroughDoor.httpDestination(),
            new Latency(),
            new HalfLoad(),
            new HotLane(),
            new Rows(rows),
            new Backlog(backlog));
    List<String> names = all.stream().map(Condition::name).toList();
    List<String> wanted = conditions != null ? conditions : quick ? QUICK : names;
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new ParameterException(
            Objects.requireNonNull(command).commandLine(),
            "There is no condition '%s'; there are: %s".formatted(name, String.join(", ", names)));
      }
    }
    return all.stream().filter(condition -> wanted.contains(condition.name())).toList();
  }

  boolean quick() {
    return quick;
  }

  Plan plan() {
    Plan plan = quick ? Plan.QUICK : Plan.FULL;
    return new Plan(
        sessions == null ? plan.sessions() : sessions,
        rounds == null ? plan.rounds() : rounds,
        warmUp == null ? plan.warmUp() : WarmUp.Length.of(Duration.ofSeconds(warmUp)),
        seconds == null ? plan.length() : Duration.ofSeconds(seconds),
        kills == null ? plan.kills() : kills,
        skew == null ? plan.skew() : skew,
        patience == null ? plan.patience() : Duration.ofSeconds(patience),
        plan.latest());
  }
}

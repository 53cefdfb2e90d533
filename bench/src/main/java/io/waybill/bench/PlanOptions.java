package io.waybill.bench;

import io.waybill.bench.run.Plan;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much is measured, where it is neither the quick nor the full plan. */
final class PlanOptions {

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

  Plan plan() {
    Plan plan = quick ? Plan.QUICK : Plan.FULL;
    return new Plan(
        sessions == null ? plan.sessions() : sessions,
        rounds == null ? plan.rounds() : rounds,
        warmUp == null ? plan.warmUp() : Duration.ofSeconds(warmUp),
        seconds == null ? plan.length() : Duration.ofSeconds(seconds),
        kills == null ? plan.kills() : kills,
        skew == null ? plan.skew() : skew,
        patience == null ? plan.patience() : Duration.ofSeconds(patience),
        plan.latest());
  }
}

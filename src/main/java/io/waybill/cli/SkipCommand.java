package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Closes messages unposted; whoever waits behind them goes on. */
@Command(
    name = "skip",
    description = "Closes messages unposted; whoever waits behind them goes on.",
    mixinStandardHelpOptions = true)
final class SkipCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Option(
      names = "--despite",
      description = "Skips them although others require them, which then wait on.")
  private boolean despite;

  @Override
  public Integer call() {
    return options.act("skip", despite ? Map.of("despite", true) : Map.of());
  }
}

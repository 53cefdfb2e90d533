package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Closes messages unposted; whoever waits behind them goes on. */
@Command(
    name = "skip",
    description = "Closes messages unposted; whoever waits behind them goes on.",
    mixinStandardHelpOptions = true)
final class SkipCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Override
  public Integer call() {
    return options.act("skip", Map.of());
  }
}

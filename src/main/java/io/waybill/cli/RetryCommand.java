package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Posts messages again, in their place. */
@Command(
    name = "retry",
    description = "Posts messages again, in their place.",
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Override
  public Integer call() {
    return options.act("retry", Map.of());
  }
}

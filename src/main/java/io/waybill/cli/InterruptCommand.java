package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives up attempts that hang. */
@Command(
    name = "interrupt",
    description = "Gives up attempts that hang: their answers count as lost.",
    mixinStandardHelpOptions = true)
final class InterruptCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Override
  public Integer call() {
    return options.act("interrupt", Map.of());
  }
}

package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads failed documents again by the present specification. */
@Command(
    name = "reread",
    description = "Reads failed documents again by the present specification.",
    mixinStandardHelpOptions = true)
final class RereadCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Override
  public Integer call() {
    return options.act("reread", Map.of());
  }
}

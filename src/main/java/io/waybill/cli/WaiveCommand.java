package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets messages be posted without something they require. */
@Command(
    name = "waive",
    description = "Lets messages be posted without a prerequisite that is missing.",
    mixinStandardHelpOptions = true)
final class WaiveCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Option(
      names = "--prerequisite",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "Which one, as the message says what it waits for; may be left out where only one is"
              + " missing.")
  private String prerequisite = "";

  @Override
  public Integer call() {
    return options.act(
        "waive", prerequisite.isBlank() ? Map.of() : Map.of("prerequisite", prerequisite));
  }
}

package io.waybill.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows the main job at work. */
@Command(
    name = "demo",
    description = "Starts a broker, sends it the samples, and shows how they are posted.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new CommandFailed(ExitCode.REFUSED, "the demo is not yet there; start with: waybill run");
  }
}

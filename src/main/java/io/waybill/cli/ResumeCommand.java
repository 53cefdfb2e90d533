package io.waybill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets the messages of destinations, lanes and operations leave again. */
@Command(
    name = "resume",
    description = "Resumes destinations, lanes or operations that were paused.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "WHAT", description = "destination, lane or operation.")
  private OrderOptions.What what = OrderOptions.What.DESTINATION;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Their names; of a lane e.g. cust:4711.")
  private List<String> names = List.of();

  @Mixin private final OrderOptions options = new OrderOptions();

  @Override
  public Integer call() {
    return options.act(what, "resume", names);
  }
}

package io.waybill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keeps the messages of destinations, lanes and operations from leaving. */
@Command(
    name = "pause",
    description =
        "Pauses destinations, lanes or operations: nothing of them leaves until they are resumed, over"
            + " restarts too.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

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
    return options.act(what, "pause", names);
  }
}

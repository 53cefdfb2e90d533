package io.waybill.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a lane go on without numbers that it misses. */
@Command(
    name = "close-gap",
    description =
        "Has a lane wait no more for the numbers it misses; one that comes late is from the past.",
    mixinStandardHelpOptions = true)
final class CloseGapCommand implements Callable<Integer> {

  @Parameters(paramLabel = "LANE", description = "The lane, e.g. cust:4711.")
  private String lane = "";

  @Option(
      names = "--up-to",
      required = true,
      paramLabel = "NUMBER",
      description = "The last number that is not waited for.")
  private long upTo;

  @Mixin private final OrderOptions options = new OrderOptions();

  @Override
  public Integer call() {
    return options.act(
        "lane", "/lanes/close-gap", List.of(lane), Map.of("lane", lane, "up_to", upTo));
  }
}

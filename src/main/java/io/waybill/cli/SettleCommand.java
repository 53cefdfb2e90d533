package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether a destination has messages in doubt. */
@Command(
    name = "settle",
    description =
        "Says whether the destination has the messages: closes them, or posts them again.",
    mixinStandardHelpOptions = true)
final class SettleCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @ArgGroup(multiplicity = "1")
  private final Answer answer = new Answer();

  /** One of the two. */
  static final class Answer {
    @Option(names = "--posted", required = true, description = "The destination has them.")
    private boolean posted;

    @Option(names = "--not-posted", required = true, description = "The destination has them not.")
    private boolean notPosted;
  }

  @Override
  public Integer call() {
    return options.act("settle", Map.of("posted", answer.posted && !answer.notPosted));
  }
}

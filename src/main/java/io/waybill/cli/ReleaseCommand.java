package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Releases replies. */
@Command(
    name = "release",
    description =
        "Releases the replies to messages: they are dropped, and the ids stay known. Only of those"
            + " that the user sent, or as an operator.",
    mixinStandardHelpOptions = true)
final class ReleaseCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", arity = "1..*", description = "The messages' numbers.")
  private List<Long> seqs = List.of();

  @Override
  public Integer call() {
    BrokerClient client = options.client();
    int worst = ExitCode.OK;
    for (long seq : seqs) {
      Answer answer = client.delete("/messages/%d/reply".formatted(seq));
      if (answer.good()) {
        System.out.println("message %d: its reply is released".formatted(seq));
      } else {
        System.err.println("waybill: message %d: %s".formatted(seq, answer.problem()));
      }
      worst = Math.max(worst, answer.exitCode());
    }
    return worst;
  }
}

package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives the reply to a message. */
@Command(
    name = "reply",
    description = "Writes the reply to a message to the standard output, as it was answered.",
    mixinStandardHelpOptions = true)
final class ReplyCommand implements Callable<Integer> {

  private static final int NOT_YET = 202;

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", description = "The message's number.")
  private long seq;

  @Override
  public Integer call() {
    Answer answer = options.client().get("/messages/%d/reply".formatted(seq), Map.of()).required();
    if (answer.status() == NOT_YET) {
      throw new CommandFailed(
          ExitCode.REFUSED,
          "there is no reply to message %d yet; it is %s"
              .formatted(seq, answer.json().path("status").asText()));
    }
    System.out.write(answer.bytes(), 0, answer.bytes().length);
    System.out.flush();
    return ExitCode.OK;
  }
}

package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what is being taken in. */
@Command(
    name = "intake",
    description = "Lists the large files that are being split at present, and how far they are.",
    mixinStandardHelpOptions = true)
final class IntakeCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Override
  public Integer call() {
    Answer answer = options.client().get("/intake", Map.of()).required();
    System.out.print(
        options.json()
            ? answer.pretty() + "\n"
            : Table.of(
                    answer.json().path("bodies"),
                    "source",
                    "sender",
                    "since",
                    "read",
                    "size",
                    "documents",
                    "failed")
                .toString());
    return ExitCode.OK;
  }
}

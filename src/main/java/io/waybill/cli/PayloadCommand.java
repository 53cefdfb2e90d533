package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives the document of a message. */
@Command(
    name = "payload",
    description = "Writes the document of a message to the standard output, as it was received.",
    mixinStandardHelpOptions = true)
final class PayloadCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", description = "The message's number.")
  private long seq;

  @Override
  public Integer call() {
    byte[] document =
        options.client().get("/messages/%d/payload".formatted(seq), Map.of()).required().bytes();
    System.out.write(document, 0, document.length);
    System.out.flush();
    return ExitCode.OK;
  }
}

package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts another document in the place of a message's. */
@Command(
    name = "edit",
    description = "Puts another document in the place of a message's; operation, id and keys stay.",
    mixinStandardHelpOptions = true)
final class EditCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(index = "0", paramLabel = "SEQ", description = "The message's number.")
  private long seq;

  @Parameters(index = "1", paramLabel = "FILE", description = "The new document.")
  private Path file = Path.of("");

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the history with your name.")
  private String why = "";

  @Option(
      names = "--content-type",
      description = "Its media type (default: that of the document before).")
  private @Nullable String contentType;

  @Option(names = "--dry-run", description = "Only shows what would be edited.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Answer answer = options.client().edit(seq, why, contentType, read(), dryRun);
    if (options.json()) {
      System.out.println(answer.pretty());
    } else if (!answer.good()) {
      System.err.println("waybill: message %d: %s".formatted(seq, answer.problem()));
    } else {
      System.out.println(
          "message %d: %s%s, revision %s"
              .formatted(
                  seq,
                  dryRun ? "unchanged, " : "",
                  Table.text(answer.json().path("status")),
                  Table.text(answer.json().path("revision"))));
    }
    return answer.exitCode();
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "%s cannot be read (%s).".formatted(file, e));
    }
  }
}

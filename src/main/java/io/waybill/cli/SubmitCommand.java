package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends documents. */
@Command(
    name = "submit",
    description = "Sends documents, one after the other.",
    mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The documents.")
  private List<Path> files = List.of();

  @Option(
      names = "--operation",
      description = "What they ask for (default: the specification decides).")
  private @Nullable String operation;

  @Option(
      names = "--id",
      description = "The message id, where the specification names none; for one file only.")
  private @Nullable String id;

  @Option(
      names = "--content-type",
      description = "Their media type (default: by the end of the file's name).")
  private @Nullable String contentType;

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      description =
          "Sends them by JMS to this queue, not by HTTP; the broker answers nothing then.")
  private @Nullable String queue;

  @Option(
      names = "--jms-url",
      paramLabel = "URL",
      description = "Where the JMS server is (default: ${DEFAULT-VALUE}; or WAYBILL_JMS_URL).",
      defaultValue = "${WAYBILL_JMS_URL:-tcp://127.0.0.1:61616}")
  private String jmsUrl = "";

  @Override
  public Integer call() {
    if (id != null && files.size() > 1) {
      throw new CommandFailed(ExitCode.USAGE, "--id names one document; give one file.");
    }
    return queue == null ? byHttp() : byQueue(queue);
  }

  private int byQueue(String name) {
    try (QueueClient client = options.queue(jmsUrl, name)) {
      for (Path file : files) {
        client.send(read(file), operation, id, type(file));
        System.out.println("%s: in queue %s".formatted(file, name));
      }
    }
    return ExitCode.OK;
  }

  private int byHttp() {
    BrokerClient client = options.client();
    int worst = ExitCode.OK;
    for (Path file : files) {
      worst = Math.max(worst, submit(client, file));
    }
    return worst;
  }

  private int submit(BrokerClient client, Path file) {
    Answer answer = client.submit(operation, id, type(file), read(file));
    if (options.json()) {
      System.out.println(answer.pretty());
    } else if (answer.good()) {
      System.out.println(
          "%s: message %s %s%s"
              .formatted(
                  file,
                  Table.text(answer.json().path("seq")),
                  Table.text(answer.json().path("status")),
                  answer.status() == 200 ? " (received before)" : ""));
    } else {
      System.err.println("%s: %s".formatted(file, answer.problem()));
    }
    // received before and still on its way: what was asked for is being done
    return answer.status() == 409 ? ExitCode.OK : answer.exitCode();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "%s cannot be read (%s).".formatted(file, e));
    }
  }

  private String type(Path file) {
    return contentType == null ? MediaTypes.of(file) : contentType;
  }
}

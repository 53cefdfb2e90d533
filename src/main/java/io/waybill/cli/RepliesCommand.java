package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists replies that their senders have to release. */
@Command(
    name = "replies",
    description =
        "Lists replies that their senders have to release and have not, with their age in seconds,"
            + " and whether they are overdue.",
    mixinStandardHelpOptions = true)
final class RepliesCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(names = "--sender", paramLabel = "NAME", description = "Only of that sender.")
  private @Nullable String sender;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 100).")
  private int limit = 100;

  @Override
  public Integer call() {
    Map<String, List<String>> parameters = new TreeMap<>();
    parameters.put("unreleased", List.of("true"));
    parameters.put("limit", List.of(String.valueOf(limit)));
    if (sender != null) {
      parameters.put("sender", List.of(sender));
    }
    Answer answer = options.client().get("/replies", parameters).required();
    if (options.json()) {
      System.out.println(answer.pretty());
    } else {
      System.out.print(
          Table.of(
              answer.json().path("replies"),
              "seq",
              "operation",
              "sender",
              "message_id",
              "at",
              "age",
              "overdue"));
    }
    return ExitCode.OK;
  }
}

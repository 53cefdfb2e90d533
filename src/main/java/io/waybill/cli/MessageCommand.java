package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one message. */
@Command(
    name = "message",
    description = "Shows a message: where it is, what it waits for, what was done.",
    mixinStandardHelpOptions = true)
final class MessageCommand implements Callable<Integer> {

  private static final Set<String> BELOW = Set.of("timeline", "positions");

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", description = "Its number.")
  private long seq;

  @Override
  public Integer call() {
    Answer answer = options.client().get("/messages/" + seq, Map.of()).required();
    if (options.json()) {
      System.out.println(answer.pretty());
      return ExitCode.OK;
    }
    JsonNode json = answer.json();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!BELOW.contains(field.getKey()) && !field.getValue().isNull()) {
        System.out.printf("%-14s %s%n", field.getKey(), Table.text(field.getValue()));
      }
    }
    Table places = Table.of(json.path("positions"), "lane", "position");
    if (!places.isEmpty()) {
      System.out.print("\n" + places);
    }
    System.out.print(
        "\n"
            + Table.of(
                json.path("timeline"),
                "at",
                "from_status",
                "to_status",
                "reason",
                "who",
                "reason_detail"));
    return ExitCode.OK;
  }
}

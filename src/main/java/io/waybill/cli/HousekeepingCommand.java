package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what has been removed because its time was over. */
@Command(
    name = "housekeeping",
    description = "Shows what is kept how long, what was removed since the start, and the oldest.",
    mixinStandardHelpOptions = true)
final class HousekeepingCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Override
  public Integer call() {
    Answer answer = options.client().get("/housekeeping", Map.of()).required();
    if (options.json()) {
      System.out.println(answer.pretty());
      return ExitCode.OK;
    }
    JsonNode json = answer.json();
    json.path("kinds").forEach(HousekeepingCommand::inOneLine);
    System.out.print(Table.of(json.path("kinds"), "kind", "keep", "removed", "busy", "oldest"));
    String trouble = Table.text(json.path("trouble"));
    System.out.println(
        json.path("running").asBoolean()
            ? "A pass is under way since %s.".formatted(Table.text(json.path("began")))
            : "Last pass ended: %s.".formatted(ended(json)));
    if (!trouble.isEmpty()) {
      System.out.println("The last one was broken off: " + trouble);
    }
    return ExitCode.OK;
  }

  /** What was removed, as a text. */
  private static void inOneLine(JsonNode kind) {
    List<String> removed = new ArrayList<>();
    kind.path("removed")
        .properties()
        .forEach(rows -> removed.add(rows.getKey() + " " + rows.getValue().asLong()));
    if (kind instanceof ObjectNode written) {
      written.put("removed", String.join(", ", removed));
    }
  }

  private static String ended(JsonNode json) {
    String ended = Table.text(json.path("ended"));
    return ended.isEmpty() ? "none yet" : ended;
  }
}

package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists messages. */
@Command(
    name = "messages",
    description = "Lists messages, by number.",
    mixinStandardHelpOptions = true)
final class MessagesCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(names = "--operation", description = "Only of this operation.")
  private @Nullable String operation;

  @Option(names = "--sender", description = "Only of this sender.")
  private @Nullable String sender;

  @Option(names = "--id", description = "Only with this message id.")
  private @Nullable String id;

  @Option(names = "--business-id", description = "Only with this business id.")
  private @Nullable String businessId;

  @Option(names = "--lane", description = "Only of this lane, e.g. cust:4711.")
  private @Nullable String lane;

  @Option(names = "--status", description = "Only in this status; several with commas.")
  private @Nullable String status;

  @Option(names = "--since", description = "Only received since then, e.g. 2026-11-21T08:00:00Z.")
  private @Nullable String since;

  @Option(names = "--source", description = "Only from this source.")
  private @Nullable String source;

  @Option(names = "--after", description = "Only with a higher number.")
  private @Nullable String after;

  @Option(names = "--limit", description = "How many (default: 100, at most 1000).")
  private @Nullable String limit;

  @Override
  public Integer call() {
    Answer answer = options.client().get("/messages", parameters()).required();
    if (options.json()) {
      System.out.println(answer.pretty());
      return ExitCode.OK;
    }
    JsonNode json = answer.json();
    System.out.print(
        Table.of(
            json.path("messages"),
            "seq",
            "operation",
            "sender",
            "message_id",
            "status",
            "reason",
            "lanes",
            "destination",
            "attempts"));
    if (!json.path("next").isNull()) {
      System.out.println("There are more: --after " + json.path("next").asText());
    }
    return ExitCode.OK;
  }

  private Map<String, List<String>> parameters() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    put(parameters, "operation", operation);
    put(parameters, "sender", sender);
    put(parameters, "id", id);
    put(parameters, "business-id", businessId);
    put(parameters, "lane", lane);
    put(parameters, "status", status);
    put(parameters, "since", since);
    put(parameters, "source", source);
    put(parameters, "after", after);
    put(parameters, "limit", limit);
    return parameters;
  }

  private static void put(
      Map<String, List<String>> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, List.of(value));
    }
  }
}

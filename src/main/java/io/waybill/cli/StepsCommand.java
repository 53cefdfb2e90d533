package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows everything under one business id. */
@Command(
    name = "steps",
    description =
        "Shows every message and step under one business id, e.g. a purchase order, over all"
            + " operations: where it stands, and what was answered.",
    mixinStandardHelpOptions = true)
final class StepsCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(
      names = "--business-id",
      paramLabel = "ID",
      required = true,
      description = "The business id, e.g. the number of the purchase order.")
  private String businessId = "";

  @Option(names = "--after", paramLabel = "SEQ", description = "Only of later messages.")
  private long after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Of so many messages at most (default: 100).")
  private int limit = 100;

  @Override
  public Integer call() {
    Map<String, List<String>> parameters = new TreeMap<>();
    parameters.put("business-id", List.of(businessId));
    parameters.put("after", List.of(String.valueOf(after)));
    parameters.put("limit", List.of(String.valueOf(limit)));
    Answer answer = options.client().get("/steps", parameters).required();
    if (options.json()) {
      System.out.println(answer.pretty());
    } else {
      System.out.print(
          Table.of(
              answer.json().path("steps"),
              "seq",
              "run",
              "operation",
              "message_id",
              "step",
              "name",
              "destination",
              "status",
              "reason",
              "code",
              "reply"));
    }
    return ExitCode.OK;
  }
}

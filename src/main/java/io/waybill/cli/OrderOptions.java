package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every decision takes that concerns no message alone, and how it is carried out. */
final class OrderOptions {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the audit with your name.")
  private String why = "";

  @Option(names = "--dry-run", description = "Only shows how it is now.")
  private boolean dryRun;

  /** What can be paused. */
  enum What {
    /** All that goes to it. */
    DESTINATION,
    /** The messages of one key. */
    LANE,
    /** The messages that ask for it. */
    OPERATION
  }

  /** Pauses or resumes each; a lane has characters that no path takes. */
  int act(What what, String verb, List<String> names) {
    if (what == What.DESTINATION) {
      return act("destination", "/destinations/%s/" + verb, names, Map.of());
    }
    if (what == What.OPERATION) {
      return act("operation", "/operations/%s/" + verb, names, Map.of());
    }
    int worst = ExitCode.OK;
    for (String name : names) {
      worst = Math.max(worst, act("lane", "/lanes/" + verb, List.of(name), Map.of("lane", name)));
    }
    return worst;
  }

  /** Acts on each name; the first refusal does not keep the others from being asked. */
  int act(String kind, String path, List<String> names, Map<String, Object> further) {
    BrokerClient client = options.client();
    Map<String, Object> order = new LinkedHashMap<>(further);
    order.put("why", why);
    int worst = ExitCode.OK;
    for (String name : names) {
      Answer answer = client.order(path.formatted(BrokerClient.encode(name)), order, dryRun);
      if (options.json()) {
        System.out.println(answer.pretty());
      } else if (!answer.good()) {
        System.err.println("waybill: %s %s: %s".formatted(kind, name, answer.problem()));
      } else {
        show(kind, name, answer.json());
      }
      worst = Math.max(worst, answer.exitCode());
    }
    return worst;
  }

  private void show(String kind, String name, JsonNode json) {
    String detail = Table.text(json.path(json.has("why") ? "why" : "detail"));
    System.out.println(
        "%s %s: %s%s%s"
            .formatted(
                kind,
                name,
                dryRun ? "unchanged, " : "",
                Table.text(json.path("state")),
                detail.isEmpty() ? "" : ", " + detail));
  }
}

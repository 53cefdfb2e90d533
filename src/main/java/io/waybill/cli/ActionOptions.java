package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every decision about messages takes, and how it is carried out. */
final class ActionOptions {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", arity = "1..*", description = "The messages' numbers.")
  private List<Long> seqs = List.of();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the history with your name.")
  private String why = "";

  @Option(
      names = "--dry-run",
      description = "Only shows what would be decided about, and who waits.")
  private boolean dryRun;

  /** Acts on each message; the first refusal does not keep the others from being asked. */
  int act(String action, Map<String, Object> further) {
    BrokerClient client = options.client();
    Map<String, Object> order = new LinkedHashMap<>(further);
    order.put("why", why);
    int worst = ExitCode.OK;
    for (long seq : seqs) {
      worst = Math.max(worst, act(client, seq, action, order));
    }
    return worst;
  }

  private int act(BrokerClient client, long seq, String action, Map<String, Object> order) {
    Answer answer = client.act(seq, action, order, dryRun);
    if (options.json()) {
      System.out.println(answer.pretty());
    } else if (!answer.good()) {
      System.err.println("waybill: message %d: %s".formatted(seq, answer.problem()));
      if (answer.json().has("requiring")) {
        System.err.print(requiring(answer.json()));
        System.err.println("To skip it all the same: --despite");
      }
    } else {
      show(seq, answer.json());
    }
    return answer.exitCode();
  }

  private void show(long seq, JsonNode json) {
    System.out.println(
        "message %d: %s%s"
            .formatted(seq, dryRun ? "unchanged, " : "", Table.text(json.path("status"))));
    JsonNode waiting = json.path("waiting");
    if (!waiting.isEmpty()) {
      System.out.println(dryRun ? "These would go on:" : "These go on:");
      System.out.print(Table.of(waiting, "seq", "operation", "message_id", "status", "lanes"));
    }
    if (json.has("requiring")) {
      System.out.println(dryRun ? "These require it and would wait on:" : "These wait on:");
      System.out.print(requiring(json));
    }
  }

  private static Table requiring(JsonNode json) {
    return Table.of(
        json.path("requiring"), "seq", "operation", "message_id", "status", "reason_detail");
  }
}

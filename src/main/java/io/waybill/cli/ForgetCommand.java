package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back that a message was posted. */
@Command(
    name = "forget",
    description =
        "Forgets that messages of an operation were posted under a key: what comes and requires"
            + " one waits for another.",
    mixinStandardHelpOptions = true)
final class ForgetCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(index = "0", paramLabel = "OPERATION", description = "Of the posted messages.")
  private String operation = "";

  @Parameters(index = "1", paramLabel = "VALUE", description = "Their key, e.g. 4711.")
  private String value = "";

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "key",
      description = "What the value is: key (default), id, business_id or field.")
  private String by = "key";

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the audit with your name.")
  private String why = "";

  @Option(names = "--dry-run", description = "Only shows how many are known.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Answer answer =
        options
            .client()
            .order(
                "/forget",
                Map.of("operation", operation, "value", value, "by", by, "why", why),
                dryRun);
    if (options.json()) {
      System.out.println(answer.pretty());
    } else if (!answer.good()) {
      System.err.println("waybill: " + answer.problem());
    } else {
      System.out.println(
          "%s %s %s: %s, %s"
              .formatted(
                  operation,
                  by,
                  value,
                  Table.text(answer.json().path("state")),
                  Table.text(answer.json().path("messages")) + " posted messages"));
    }
    return answer.exitCode();
  }
}

package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a running broker read its configuration and routes again. */
@Command(
    name = "reload",
    description = {
      "Has the running broker read config/ and routes/ again: all of it, or nothing where anything is",
      "wrong. Settings of application.yaml that are not of the specification need a restart."
    },
    mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the audit with your name.")
  private String why = "";

  @Option(names = "--dry-run", description = "Only tells what would change, and what is wrong.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Answer answer = options.client().order("/reload", Map.of("why", why), dryRun);
    if (options.json()) {
      System.out.println(answer.pretty());
      return answer.exitCode();
    }
    answer.json().path("warnings").forEach(one -> System.out.println("warning " + one.asText()));
    if (answer.json().path("errors").isArray()) {
      answer.json().path("errors").forEach(one -> System.err.println("error   " + one.asText()));
      System.err.println("waybill: nothing was changed; the rules and routes before go on.");
      return answer.exitCode();
    }
    tell(answer.required().json());
    return ExitCode.OK;
  }

  private void tell(JsonNode json) {
    String routes =
        StreamSupport.stream(json.path("routes").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(", "));
    String verb = dryRun ? "would be exchanged" : "exchanged";
    System.out.println(
        "specification: %s".formatted(json.path("specification").asBoolean() ? verb : "as before"));
    System.out.println(
        "routes: %s".formatted(routes.isEmpty() ? "as before" : routes + " " + verb));
  }
}

package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists links. */
@Command(
    name = "links",
    description =
        "Lists the links, and destinations as links: whether they are there, and who waits.",
    mixinStandardHelpOptions = true)
final class LinksCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Override
  public Integer call() {
    Answer answer = options.client().get("/links", Map.of()).required();
    System.out.print(
        options.json()
            ? answer.pretty() + "\n"
            : Table.of(
                    answer.json().path("links"),
                    "name",
                    "kind",
                    "state",
                    "since",
                    "waiting",
                    "last_probe_at",
                    "declared_by",
                    "detail")
                .toString());
    return ExitCode.OK;
  }
}

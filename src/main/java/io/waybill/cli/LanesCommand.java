package io.waybill.cli;

import io.waybill.cli.BrokerClient.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists lanes. */
@Command(
    name = "lanes",
    description = "Lists the lanes in which something waits: who is first, how many are behind.",
    mixinStandardHelpOptions = true)
final class LanesCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(names = "--name-space", description = "Only of this lock name space.")
  private @Nullable String nameSpace;

  @Option(names = "--key", description = "Only of this key value.")
  private @Nullable String key;

  @Option(names = "--held", description = "Only those whose first message waits for a person.")
  private boolean held;

  @Override
  public Integer call() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (nameSpace != null) {
      parameters.put("name-space", List.of(nameSpace));
    }
    if (key != null) {
      parameters.put("key", List.of(key));
    }
    if (held) {
      parameters.put("held", List.of("true"));
    }
    Answer answer = options.client().get("/lanes", parameters).required();
    System.out.print(
        options.json()
            ? answer.pretty() + "\n"
            : Table.of(
                    answer.json().path("lanes"),
                    "lane",
                    "first",
                    "first_status",
                    "waiting",
                    "oldest")
                .toString());
    return ExitCode.OK;
  }
}

package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.BrokerClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows why a message is not posted, as the chain from it to what has to change. */
@Command(
    name = "why",
    description =
        "Shows why a message is not posted: what it waits for, what that waits for, and what would"
            + " help.",
    mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {

  private static final String STEP = "  ";

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "SEQ", description = "Its number.")
  private long seq;

  @Override
  public Integer call() {
    Answer answer = options.client().get("/messages/%d/why".formatted(seq), Map.of()).required();
    System.out.print(options.json() ? answer.pretty() + "\n" : text(answer.json()));
    return ExitCode.OK;
  }

  /** The chain, each step of it further in; then its end. */
  static String text(JsonNode json) {
    StringBuilder text = new StringBuilder();
    message(json.path("message"), "", text);
    text.append('\n');
    root("root cause: ", json.path("root_cause"), text);
    json.path("further_causes").forEach(each -> root("and also: ", each, text));
    return text.toString();
  }

  private static void message(JsonNode message, String indent, StringBuilder text) {
    text.append(indent).append(Table.text(message.path("says")));
    switch (message.path("told").asText()) {
      case "above" -> text.append(" (told above)");
      case "circle" -> text.append(" (and so on in a circle)");
      case "elsewhere" -> text.append(" (the chain goes on: ask why of it)");
      default -> {
        // told below
      }
    }
    text.append('\n');
    for (JsonNode place : message.path("positions")) {
      if (place.path("ahead").asLong() == 0) {
        text.append(indent)
            .append(STEP)
            .append("first in lane ")
            .append(Table.text(place.path("lane")))
            .append('\n');
      }
    }
    message.path("causes").forEach(cause -> cause(cause, indent + STEP, text));
  }

  private static void cause(JsonNode cause, String indent, StringBuilder text) {
    text.append(indent).append(Table.text(cause.path("text")));
    moment("; since ", cause.path("since"), text);
    String waits = waits(cause);
    if (waits != null) {
      moment(waits, cause.path("until"), text);
    }
    text.append('\n');
    if (cause.path("message").isObject()) {
      message(cause.path("message"), indent + STEP, text);
    }
  }

  /** What will be at that time; null where its words say it. */
  private static @Nullable String waits(JsonNode cause) {
    return switch (cause.path("kind").asText()) {
      case "link" -> "; next probe ";
      case "destination" -> "; next trial ";
      case "back_off" -> "; next try ";
      case "posting" -> "; times out ";
      case "other" -> "; until ";
      default -> null;
    };
  }

  private static void moment(String words, JsonNode moment, StringBuilder text) {
    if (!moment.isNull()) {
      text.append(words).append(Table.text(moment));
    }
  }

  private static void root(String words, JsonNode root, StringBuilder text) {
    text.append(words)
        .append("message ")
        .append(root.path("seq").asText())
        .append(": ")
        .append(Table.text(root.path("text")))
        .append('\n');
    if (!root.path("help").isNull()) {
      text.append("what would help: ").append(Table.text(root.path("help"))).append('\n');
    }
  }
}

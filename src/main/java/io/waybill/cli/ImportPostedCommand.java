package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.cli.BrokerClient.Answer;
import io.waybill.spec.split.Part;
import io.waybill.spec.split.Parts;
import io.waybill.spec.split.Split;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells the broker what was posted before it was there. */
@Command(
    name = "import-posted",
    description = {
      "Tells the broker what was posted before it was there, so that messages that require it go on.",
      "Each line of the file names an operation and a key, id or business_id its message was posted",
      "under; or a field that was announced to the messages of a key: JSON Lines such as",
      "  {\"operation\": \"CreateCustomer\", \"key\": \"4711\"}",
      "or CSV with the header line operation,key,id,business_id,field. The whole file is checked",
      "before anything of it is imported. Importing it once more changes nothing."
    },
    mixinStandardHelpOptions = true)
final class ImportPostedCommand implements Callable<Integer> {

  private static final int AT_ONCE = 5_000;
  private static final int LONGEST_LINE = 16_384;

  /** Seldom enough not to fill a screen. */
  private static final long TOLD_EVERY = 100_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(paramLabel = "FILE", description = "JSON Lines, or CSV where its name ends in .csv.")
  private Path file = Path.of("");

  @Mixin private final ClientOptions options = new ClientOptions();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "REASON",
      description = "The reason; kept in the audit with your name.")
  private String why = "";

  @Option(names = "--dry-run", description = "Only checks the file.")
  private boolean dryRun;

  private final List<String> wrong = new ArrayList<>();
  private final TreeSet<String> notRequired = new TreeSet<>();
  private long lines;

  @Override
  public Integer call() {
    BrokerClient client = options.client();
    go(client, true);
    if (!wrong.isEmpty()) {
      wrong.forEach(System.err::println);
      System.err.println("waybill: nothing was imported.");
      return ExitCode.REFUSED;
    }
    if (!dryRun) {
      go(client, false);
    }
    tell();
    return ExitCode.OK;
  }

  private void go(BrokerClient client, boolean dry) {
    lines = 0;
    List<Part> some = new ArrayList<>(AT_ONCE);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Parts parts = split().parts(in, LONGEST_LINE);
      for (Part part = parts.next(); part != null; part = parts.next()) {
        if (part.failure() != null) {
          wrong.add("%s:%d: %s".formatted(file, part.line(), part.failure().detail()));
          continue;
        }
        some.add(part);
        if (some.size() == AT_ONCE) {
          send(client, some, dry);
          some.clear();
        }
      }
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "%s cannot be read (%s).".formatted(file, e));
    }
    if (!some.isEmpty()) {
      send(client, some, dry);
    }
  }

  private Split split() {
    boolean csv = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    return Split.of(csv ? "csv" : "jsonl");
  }

  private void send(BrokerClient client, List<Part> some, boolean dry) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Part part : some) {
      body.writeBytes(part.body());
      body.write('\n');
    }
    String from =
        "%s, lines %d to %d"
            .formatted(file.getFileName(), some.get(0).line(), some.get(some.size() - 1).line());
    Answer answer = client.importPosted(why, from, dry, body.toByteArray());
    if (answer.json().path("errors").isArray()) {
      for (JsonNode error : answer.json().path("errors")) {
        wrong.add(
            "%s:%d: %s"
                .formatted(
                    file,
                    some.get(error.path("line").asInt() - 1).line(),
                    error.path("text").asText()));
      }
    } else {
      answer.required().json().path("not_required").forEach(one -> notRequired.add(one.asText()));
    }
    lines += some.size();
    if (!dry && lines % TOLD_EVERY == 0) {
      System.err.println("%,d lines imported".formatted(lines));
    }
  }

  private void tell() {
    if (options.json()) {
      ObjectNode json = JSON.createObjectNode();
      json.put("lines", lines);
      json.put("dry_run", dryRun);
      json.set("not_required", JSON.valueToTree(notRequired));
      System.out.println(json.toPrettyString());
      return;
    }
    System.out.println(
        dryRun
            ? "%s: %,d lines can be imported".formatted(file, lines)
            : "%s: %,d lines imported".formatted(file, lines));
    if (!notRequired.isEmpty()) {
      System.out.println(
          "At present no operation requires: %s. They are kept in case one will."
              .formatted(String.join(", ", notRequired)));
    }
  }
}

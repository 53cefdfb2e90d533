package io.waybill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Payload;
import io.waybill.message.PlannedStep;
import io.waybill.message.Submission;
import io.waybill.spec.Destination;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import io.waybill.spec.load.SpecificationException;
import io.waybill.spec.load.SpecificationLoader;
import io.waybill.spec.read.Reader;
import io.waybill.spec.split.Part;
import io.waybill.spec.split.Parts;
import io.waybill.spec.split.Split;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how the specification reads a document, without a broker and without journaling it. */
@Command(
    name = "explain",
    description = "Shows how config/ reads a document; needs no broker, and sends nothing.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

  /** What is said of a document: the name of its column, and the words for people. */
  private static final Map<String, String> WORDS = words();

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The document.")
  private Path file = Path.of("");

  @Option(names = "--operation", description = "What it asks for (default: by match).")
  private @Nullable String operation;

  @Option(names = "--sender", description = "Who sends it (default: ${DEFAULT-VALUE}).")
  private String sender = "admin";

  @Option(names = "--source", description = "Where it comes from, e.g. jms:orders.in.")
  private @Nullable String source;

  @Option(names = "--id", description = "The message id its transport carries.")
  private @Nullable String id;

  @Option(names = "--content-type", description = "Its media type (default: by the file's name).")
  private @Nullable String contentType;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header it comes with; may be repeated.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--split",
      paramLabel = "jsonl|csv|xml:NAME",
      description = "The file has many documents; shows the first ones and counts the others.")
  private @Nullable String split;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many of them are shown (default: ${DEFAULT-VALUE}).")
  private int limit = 10;

  @Option(
      names = "--ask",
      description = "Also asks the running broker which number each lane expects next.")
  private boolean ask;

  private static Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("line", "line");
    words.put("operation", "operation");
    words.put("message_id", "message id");
    words.put("business_id", "business id");
    words.put("lanes", "lanes");
    words.put("numbers", "numbers");
    words.put("waits_for", "waits for");
    words.put("after", "comes after");
    words.put("links", "links");
    words.put("steps", "steps");
    words.put("destination", "destination");
    words.put("delivery", "delivery");
    words.put("reason", "fails as");
    words.put("reason_detail", "because");
    return words;
  }

  @Override
  public Integer call() {
    Specification specification = specification();
    Reader reader = new Reader(specification, Integer.MAX_VALUE);
    try {
      return split == null ? one(specification, reader) : many(specification, reader, split);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.USAGE, "%s cannot be read (%s).".formatted(file, e));
    }
  }

  private Specification specification() {
    try {
      return SpecificationLoader.load(options.home().config(), Map.of());
    } catch (SpecificationException e) {
      throw new CommandFailed(
          ExitCode.USAGE, "config/ cannot be used:%n%s".formatted(e.getMessage()));
    }
  }

  private int one(Specification specification, Reader reader) throws IOException {
    String type = contentType == null ? MediaTypes.of(file) : contentType;
    Reading reading = reader.read(submission(Files.readAllBytes(file), type, id, null));
    show(described(reading, specification));
    return reading instanceof Reading.Read ? ExitCode.OK : ExitCode.REFUSED;
  }

  private int many(Specification specification, Reader reader, String how) throws IOException {
    long read = 0;
    long failed = 0;
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
      Parts parts = split(how).parts(stream, MediaTypes.LARGEST);
      for (Part part = parts.next(); part != null; part = parts.next()) {
        String known = (id == null ? "SHA-256" : id) + "-" + part.number();
        Reading reading =
            reader.read(submission(part.body(), part.contentType(), known, part.failure()));
        boolean good = reading instanceof Reading.Read;
        if (read + failed < limit) {
          ObjectNode described = JSON.createObjectNode().put("line", part.line());
          described.setAll(described(reading, specification));
          show(described);
        }
        read += good ? 1 : 0;
        failed += good ? 0 : 1;
      }
    }
    if (!options.json()) {
      System.out.printf("%,d documents can be read, %,d cannot%n", read, failed);
    }
    return failed == 0 ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static Split split(String how) {
    try {
      return Split.of(how);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private Submission submission(
      byte[] body,
      @Nullable String type,
      @Nullable String known,
      Submission.@Nullable Failure why) {
    return new Submission(
        new Payload(body, type, headers),
        sender,
        source == null ? "file:" + file.getFileName() : source,
        operation,
        Set.of(),
        known,
        headers,
        why);
  }

  /** The number in each lane, and where the broker was asked, whether others are missing before. */
  private String number(Numbered number) {
    String text = "%s number %d".formatted(number.lane(), number.number());
    if (!ask) {
      return text;
    }
    JsonNode known =
        options
            .client()
            .get("/numbers", Map.of("lane", List.of(number.lane().toString())))
            .required()
            .json()
            .path("numbers")
            .path(0);
    long next = known.path("next").asLong();
    boolean ahead =
        StreamSupport.stream(known.path("ahead").spliterator(), false)
            .anyMatch(
                range ->
                    range.path("first").asLong() <= number.number()
                        && number.number() <= range.path("last").asLong());
    if (number.number() < next || ahead) {
      return text + ": twice or from the past, as the lane expects number " + next;
    }
    return text
        + (number.number() == next
            ? ": the one the lane expects"
            : ": ahead of number %d, the first that is not done; it waits if one between has not come"
                .formatted(next));
  }

  private ObjectNode described(Reading reading, Specification specification) {
    ObjectNode json = JSON.createObjectNode();
    if (reading instanceof Reading.Read read) {
      json.put("operation", read.operation());
      json.put("message_id", read.messageId());
      if (read.businessId() != null) {
        json.put("business_id", read.businessId());
      }
      json.putPOJO("lanes", read.lanes().stream().map(Object::toString).toList());
      if (!read.numbers().isEmpty()) {
        json.putPOJO("numbers", read.numbers().stream().map(this::number).toList());
      }
      if (!read.needs().isEmpty()) {
        json.putPOJO("waits_for", read.needs().stream().map(Need::text).toList());
      }
      Operation operation = specification.operations().get(read.operation());
      if (operation != null && !operation.after().isEmpty()) {
        json.putPOJO("after", new TreeSet<>(operation.after()));
      }
      Destination destination = specification.destination(read.destination());
      Set<String> links = new TreeSet<>(read.links());
      links.addAll(destination == null ? List.of() : destination.links());
      if (!links.isEmpty()) {
        json.putPOJO("links", List.copyOf(links));
      }
      if (read.plan() != null) {
        json.putPOJO(
            "steps",
            read.plan().steps().stream()
                .filter(PlannedStep::needed)
                .map(step -> step.name() + " at " + step.destination())
                .toList());
      }
      json.put("destination", read.destination());
      if (destination != null) {
        json.put("delivery", destination.delivery().specName());
      }
    } else if (reading instanceof Reading.Unread unread) {
      if (unread.operation() != null) {
        json.put("operation", unread.operation());
      }
      if (unread.messageId() != null) {
        json.put("message_id", unread.messageId());
      }
      json.put("reason", unread.reason().sqlName());
      json.put("reason_detail", unread.detail());
    }
    return json;
  }

  private void show(ObjectNode described) {
    try {
      System.out.println(
          options.json()
              ? JSON.writeValueAsString(described)
              : WORDS.entrySet().stream()
                      .filter(word -> described.has(word.getKey()))
                      .map(word -> "%-12s %s".formatted(word.getValue(), text(described, word)))
                      .collect(Collectors.joining("\n"))
                  + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings and numbers can always be written", e);
    }
  }

  private static String text(ObjectNode described, Map.Entry<String, String> word) {
    String text = Table.text(JSON.valueToTree(described.get(word.getKey())));
    return word.getKey().equals("lanes") && text.isEmpty() ? "none: it waits for nobody" : text;
  }
}

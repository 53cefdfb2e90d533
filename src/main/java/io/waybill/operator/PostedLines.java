package io.waybill.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Submission;
import io.waybill.spec.Nearest;
import io.waybill.spec.Specification;
import io.waybill.spec.split.Part;
import io.waybill.spec.split.Parts;
import io.waybill.spec.split.Split;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads lines that tell what was posted before there was this broker, and all that is wrong. */
final class PostedLines {

  /** How many lines one request may bring. */
  static final int MOST = 20_000;

  private static final int LONGEST_LINE = 16_384;
  private static final int LONGEST_VALUE = 200;
  private static final int MOST_WRONG = 100;
  private static final List<String> COLUMNS =
      List.of("operation", "key", "id", "business_id", "field");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private final Specification specification;
  private final Set<PostedAs.Kind> required;
  private final Set<PostedAs> facts = new LinkedHashSet<>();
  private final Set<String> unrequired = new TreeSet<>();
  private final List<Wrong> wrong = new ArrayList<>();
  private int lines;

  private PostedLines(Specification specification) {
    this.specification = specification;
    this.required = specification.required();
  }

  /** What is wrong with a line, and what to write instead. */
  record Wrong(long line, String text) {}

  /** Reads all lines. */
  static PostedLines of(InputStream body, Split split, Specification specification)
      throws IOException {
    PostedLines read = new PostedLines(specification);
    Parts parts = split.parts(body, LONGEST_LINE);
    for (Part part = parts.next(); part != null; part = parts.next()) {
      if (++read.lines > MOST) {
        throw new ProblemException(
            Problem.TOO_LARGE,
            "More than %,d lines. Nothing of them was kept; send them in parts.".formatted(MOST));
      }
      read.line(part);
    }
    return read;
  }

  /** What was posted. */
  List<PostedAs> facts() {
    return List.copyOf(facts);
  }

  /** How many lines there were. */
  int lines() {
    return lines;
  }

  /** What is wrong, the first of it; where that is not nothing, nothing is to be imported. */
  List<Wrong> wrong() {
    return wrong;
  }

  /** What no operation requires at present, e.g. {@code CreateOrder by id}. */
  Set<String> unrequired() {
    return unrequired;
  }

  private void line(Part part) {
    Submission.Failure failure = part.failure();
    try {
      if (failure != null) {
        throw new NotThat(failure.detail());
      }
      read(parsed(part.body()));
    } catch (NotThat e) {
      if (wrong.size() < MOST_WRONG) {
        wrong.add(new Wrong(part.line(), String.valueOf(e.getMessage())));
      }
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory can always be read", e);
    }
  }

  private static JsonNode parsed(byte[] line) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new NotThat("not JSON: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw new NotThat(
          "not a JSON object; write e.g. {\"operation\": \"CreateCustomer\", \"key\": \"4711\"}");
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!COLUMNS.contains(name)) {
        throw new NotThat(
            "'%s' is not known here; there are: %s".formatted(name, String.join(", ", COLUMNS)));
      }
    }
    return node;
  }

  private void read(JsonNode line) {
    String operation = value(line, "operation");
    String key = value(line, "key");
    String id = value(line, "id");
    String businessId = value(line, "business_id");
    String field = value(line, "field");
    if (operation == null) {
      throw new NotThat("operation is missing: of what kind was the message that was posted?");
    }
    if (!specification.operations().containsKey(operation)) {
      throw new NotThat(
          "there is no operation '%s'; %s"
              .formatted(
                  operation,
                  Nearest.to(operation, specification.operations().keySet())
                      .map("did you mean '%s'?"::formatted)
                      .orElse("name it in operations.yaml first")));
    }
    if (field != null) {
      announced(operation, key, id, businessId, field);
      return;
    }
    if (key == null && id == null && businessId == null) {
      throw new NotThat("neither key, id nor business_id: under what was it posted?");
    }
    add(operation, By.KEY, key);
    add(operation, By.ID, id);
    add(operation, By.BUSINESS_ID, businessId);
  }

  private void announced(
      String operation,
      @Nullable String key,
      @Nullable String id,
      @Nullable String businessId,
      String field) {
    if (key == null || id != null || businessId != null) {
      throw new NotThat(
          "a field is announced to the messages of one key; write operation, key and field only");
    }
    add(PostedAs.announced(operation, field, key));
  }

  private void add(String operation, By by, @Nullable String value) {
    if (value != null) {
      add(new PostedAs(operation, by, value));
    }
  }

  private void add(PostedAs fact) {
    facts.add(fact);
    if (!required.contains(fact.kind())) {
      unrequired.add("%s by %s".formatted(fact.operation(), fact.by().sqlName()));
    }
  }

  /** Trimmed, and a number as its text, as expressions yield it; null where it is empty. */
  private static @Nullable String value(JsonNode line, String name) {
    JsonNode node = line.path(name);
    if (node instanceof MissingNode || node.isNull()) {
      return null;
    }
    if (!node.isTextual() && !node.isIntegralNumber()) {
      throw new NotThat(name + " is neither a text nor a whole number; write it in quotes");
    }
    String text = node.asText().strip();
    if (text.codePointCount(0, text.length()) > LONGEST_VALUE) {
      throw new NotThat("%s has more than %d characters".formatted(name, LONGEST_VALUE));
    }
    if (text.codePoints().anyMatch(PostedLines::unfit)) {
      throw new NotThat(name + " has a control character, or half of a character");
    }
    return text.isEmpty() ? null : text;
  }

  private static boolean unfit(int character) {
    return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
  }

  /** Ends a line with what is wrong with it. */
  private static final class NotThat extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotThat(String text) {
      super(text, null, false, false);
    }
  }
}

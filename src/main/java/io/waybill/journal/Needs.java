package io.waybill.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.message.LaneName;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.PostedAs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message needs and announces, and its numbers, as the JSON arrays they are stored as. */
final class Needs {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Needs() {}

  /** Null where there are none, which takes no room in the row. */
  static @Nullable String write(List<Need> needs) {
    if (needs.isEmpty()) {
      return null;
    }
    ArrayNode all = JSON.createArrayNode();
    for (Need need : needs) {
      ObjectNode one = all.addObject();
      one.put("text", Text.kept(need.text()));
      one.set("any_of", array(need.anyOf()));
      Duration within = need.within();
      Instant until = need.until();
      if (within != null) {
        one.put("within", within.toString());
        one.put("then", need.fails() ? "fail" : "hold");
      }
      if (until != null) {
        one.put("until", until.toString());
      }
    }
    return all.toString();
  }

  /** Facts, null where there are none. */
  static @Nullable String writeFacts(List<PostedAs> facts) {
    return facts.isEmpty() ? null : array(facts).toString();
  }

  /** Numbers, null where there are none. */
  static @Nullable String writeNumbers(List<Numbered> numbers) {
    if (numbers.isEmpty()) {
      return null;
    }
    ArrayNode all = JSON.createArrayNode();
    for (Numbered number : numbers) {
      ObjectNode one =
          all.addObject()
              .put("lane", Text.kept(number.lane().toString()))
              .put("number", number.number());
      Instant until = number.until();
      if (until != null) {
        one.put("until", until.toString());
      }
    }
    return all.toString();
  }

  static List<Numbered> readNumbers(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    List<Numbered> numbers = new ArrayList<>();
    for (JsonNode one : parsed(json)) {
      String until = one.path("until").textValue();
      numbers.add(
          new Numbered(
              LaneName.parse(one.path("lane").asText()),
              one.path("number").asLong(),
              until == null ? null : Instant.parse(until)));
    }
    return List.copyOf(numbers);
  }

  private static ArrayNode array(List<PostedAs> facts) {
    ArrayNode all = JSON.createArrayNode();
    for (PostedAs fact : facts) {
      all.addObject()
          .put("operation", fact.operation())
          .put("by", fact.by().sqlName())
          .put("value", Text.kept(fact.value()));
    }
    return all;
  }

  static List<Need> read(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    List<Need> needs = new ArrayList<>();
    for (JsonNode one : parsed(json)) {
      String within = one.path("within").textValue();
      String until = one.path("until").textValue();
      needs.add(
          new Need(
              one.path("text").asText(),
              facts(one.path("any_of")),
              within == null ? null : Duration.parse(within),
              one.path("then").asText().equals("fail"),
              until == null ? null : Instant.parse(until)));
    }
    return List.copyOf(needs);
  }

  static List<PostedAs> readFacts(@Nullable String json) {
    return json == null ? List.of() : facts(parsed(json));
  }

  private static List<PostedAs> facts(JsonNode array) {
    List<PostedAs> facts = new ArrayList<>(array.size());
    for (JsonNode one : array) {
      facts.add(
          new PostedAs(
              one.path("operation").asText(),
              PostedAs.By.of(one.path("by").asText()),
              one.path("value").asText()));
    }
    return List.copyOf(facts);
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          JournalException.Kind.DATA, "Stored needs are not a JSON array: " + json, e);
    }
  }
}

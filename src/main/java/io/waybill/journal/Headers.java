package io.waybill.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers kept with a document, as the JSON object they are stored as. */
final class Headers {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {};

  private Headers() {}

  /** Null where there are none, which takes no room in the row. */
  static @Nullable String write(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return null;
    }
    Map<String, @Nullable String> clean = new LinkedHashMap<>();
    headers.forEach((name, value) -> clean.put(String.valueOf(Text.kept(name)), Text.kept(value)));
    try {
      return JSON.writeValueAsString(clean);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of text can always be written as JSON", e);
    }
  }

  static Map<String, String> read(@Nullable String json) {
    if (json == null) {
      return Map.of();
    }
    try {
      return JSON.readValue(json, TYPE);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          JournalException.Kind.DATA, "Stored headers are not a JSON object of text: " + json, e);
    }
  }
}

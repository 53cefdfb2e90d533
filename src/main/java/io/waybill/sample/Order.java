package io.waybill.sample;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;

/** The document that is performed: somebody buys something from the stock. */
record Order(String order, String customer, String item, long quantity, BigDecimal amount) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads {@code {"order": "O-1", "customer": "4711", "item": "bolts", "quantity": 3, "amount":
   * 12.50}}; other fields may be there.
   *
   * @throws IllegalArgumentException says which field is wrong
   */
  static Order read(byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the body is not JSON", e);
    }
    return new Order(
        text(json, "order"),
        text(json, "customer"),
        text(json, "item"),
        number(json, "quantity").longValueExact(),
        number(json, "amount"));
  }

  private static String text(JsonNode json, String field) {
    String text = json.path(field).asText().strip();
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the order has no text in field '%s'".formatted(field));
    }
    return text;
  }

  private static BigDecimal number(JsonNode json, String field) {
    try {
      return new BigDecimal(json.path(field).asText());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the order has no number in field '%s'".formatted(field), e);
    }
  }
}

package io.waybill.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A document of the test flow. It tells who it is, so that a destination knows it without asking
 * the broker.
 *
 * @param key what identifies it
 * @param lanes its lanes
 * @param body its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read by many
record TestDocument(MessageKey key, List<LaneName> lanes, byte[] body) {

  static final String SENDER = "admin";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A document that the specification knows. */
  static TestDocument of(String operation, String id, String lane, String text) {
    return document(operation, id, lane, JSON.createObjectNode().put("text", text));
  }

  /** A document that may be posted only after another one. */
  static TestDocument after(TestDocument required, String id, String lane) {
    return document(
        "PlaceAfter",
        id,
        lane,
        JSON.createObjectNode().put("requires", required.key().messageId()));
  }

  private static TestDocument document(
      String operation, String id, String lane, ObjectNode document) {
    try {
      byte[] body =
          JSON.writeValueAsBytes(
              document
                  .put("type", operation)
                  .put("sender", SENDER)
                  .put("id", id)
                  .put("lane", lane));
      return new TestDocument(
          new MessageKey(operation, SENDER, id), List.of(new LaneName("cust", lane)), body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings can always be written", e);
    }
  }

  /** Bytes that are no document. */
  static TestDocument unreadable(String text) {
    byte[] body = ("{ \"type\": \"PlaceOrder\", " + text).getBytes(StandardCharsets.UTF_8);
    return new TestDocument(new MessageKey("", SENDER, "unreadable " + text), List.of(), body);
  }

  boolean readable() {
    return !key.operation().isEmpty();
  }

  String hash() {
    return Fingerprint.of(body).hex();
  }

  /** Which message a destination takes those bytes for. */
  static MessageKey read(byte[] body) {
    try {
      JsonNode document = JSON.readTree(body);
      return new MessageKey(
          document.path("type").asText(),
          document.path("sender").asText(),
          document.path("id").asText());
    } catch (IOException e) {
      return new MessageKey("?", "?", Fingerprint.of(body).hex());
    }
  }
}

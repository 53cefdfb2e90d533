package io.waybill.sample;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.provider.Answer;
import java.nio.charset.StandardCharsets;

/** An answer that is none, as problem details (RFC 9457). */
record Problem(int code, ObjectNode details) {

  static Problem of(int code, String type, String detail) {
    ObjectNode details =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "urn:waybill:provider:" + type)
            .put("status", code)
            .put("detail", detail);
    return new Problem(code, details);
  }

  Problem with(String field, String value) {
    details.put(field, value);
    return this;
  }

  Answer answer() {
    return new Answer(
        code, "application/problem+json", details.toString().getBytes(StandardCharsets.UTF_8));
  }
}

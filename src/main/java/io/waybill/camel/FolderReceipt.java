package io.waybill.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.broker.Receipt;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a partner is told about a file. The names of its fields are those of the state table.
 *
 * @param file the name under which it was dropped
 * @param size in bytes
 * @param sha256 of its bytes, in hexadecimal
 * @param receivedAt when it was claimed
 * @param receipt the broker's word
 */
record FolderReceipt(
    String file, long size, @Nullable String sha256, Instant receivedAt, Receipt receipt) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether the document is in the broker's hands, now or by an earlier copy. */
  boolean accepted() {
    return switch (receipt.result()) {
      case ACCEPTED, DUPLICATE -> true;
      case CONFLICT, FAILED -> false;
    };
  }

  /** The receipt as a partner reads it. */
  String json() {
    MessageRow row = receipt.message();
    Reason reason = row.standing().reason();
    ObjectNode json = JSON.createObjectNode();
    json.put("file", file);
    json.put("size", size);
    json.put("sha256", sha256);
    json.put("received_at", receivedAt.toString());
    json.put("result", receipt.result().name().toLowerCase(Locale.ROOT));
    json.put("seq", row.seq());
    if (receipt.result() == Receipt.Result.DUPLICATE) {
      json.put("duplicate_of", row.seq());
    }
    json.put("operation", row.received().operation());
    json.put("message_id", row.received().messageId());
    json.put("status", row.standing().status().sqlName());
    if (reason != null) {
      json.put("reason", reason.sqlName());
    }
    if (row.standing().detail() != null) {
      json.put("reason_detail", row.standing().detail());
    }
    if (!accepted()) {
      json.put("remedy", remedy(reason));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings and numbers can always be written", e);
    }
  }

  private static String remedy(@Nullable Reason reason) {
    return reason == Reason.CONFLICT
        ? "Another document was sent under this id. Send this one under an id of its own."
        : "Correct the document and drop it again, or ask the operator to read it again by its seq.";
  }
}

package io.waybill.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.broker.Receipt;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a partner is told about a file that is one document.
 *
 * @param file the name under which it was dropped
 * @param size in bytes
 * @param sha256 of its bytes, in hexadecimal
 * @param receivedAt when it was claimed
 * @param receipt the broker's word
 */
record DocumentReceipt(
    String file, long size, @Nullable String sha256, Instant receivedAt, Receipt receipt)
    implements FolderReceipt {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean accepted() {
    return accepted(receipt);
  }

  private static boolean accepted(Receipt receipt) {
    return switch (receipt.result()) {
      case ACCEPTED, DUPLICATE -> true;
      case CONFLICT, FAILED -> false;
    };
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("file", file);
    json.put("size", size);
    json.put("sha256", sha256);
    json.put("received_at", receivedAt.toString());
    describe(json, receipt);
    out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    out.write('\n');
  }

  /** Says what became of one document. */
  static void describe(ObjectNode json, Receipt receipt) {
    MessageRow row = receipt.message();
    Reason reason = row.standing().reason();
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
    if (!accepted(receipt)) {
      json.put("remedy", remedy(reason));
    }
  }

  private static String remedy(@Nullable Reason reason) {
    return reason == Reason.CONFLICT
        ? "Another document was sent under this id. Send this one under an id of its own."
        : "Correct the document and drop it again, or ask the operator to read it again by its seq.";
  }
}

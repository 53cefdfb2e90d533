package io.waybill.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What a partner is told about a file that was split: the sum, and behind it each document on a
 * line of its own.
 *
 * @param file the name under which it was dropped
 * @param receivedAt when it was claimed
 * @param tally the sum
 * @param documents what was said of each, as {@link FolderLedger} wrote it
 */
record LargeFileReceipt(String file, Instant receivedAt, Tally tally, Path documents)
    implements FolderReceipt {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean accepted() {
    return tally.isAccepted();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("file", file);
    json.put("size", tally.size());
    json.put("sha256", tally.sha256());
    json.put("received_at", receivedAt.toString());
    json.put("result", tally.result());
    ObjectNode counts = json.putObject("counts");
    counts.put("documents", tally.documents());
    counts.put("accepted", tally.accepted());
    counts.put("duplicate", tally.duplicates());
    counts.put("conflict", tally.conflicts());
    counts.put("failed", tally.failed());
    if (!tally.isWhole()) {
      json.put(
          "remedy",
          "Correct the documents that failed, and drop them in a file of their own. Those that are"
              + " accepted must not be dropped again.");
    }
    String sum = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    String open = sum.substring(0, sum.lastIndexOf('}')).stripTrailing();
    out.write((open + ",\n  \"documents\" : [").getBytes(StandardCharsets.UTF_8));
    try (InputStream each = Files.newInputStream(documents)) {
      each.transferTo(out);
    }
    out.write("\n  ]\n}\n".getBytes(StandardCharsets.UTF_8));
  }
}

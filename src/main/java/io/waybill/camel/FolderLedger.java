package io.waybill.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.broker.Receipt;
import io.waybill.spec.split.Part;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what became of each document of a large file until its receipt is written: a million of
 * them fit no memory. A disk that takes no more is told when all is known, as the documents
 * themselves are safe.
 */
final class FolderLedger implements Tally.Ledger, AutoCloseable {

  /** What its file's name starts with, which no partner's file does that is read. */
  static final String PREFIX = ".ledger-";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] FIRST = "\n    ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEXT = ",\n    ".getBytes(StandardCharsets.UTF_8);

  private final Path file;
  private final OutputStream out;
  private boolean begun;
  private @Nullable IOException broken;

  /** A name for such a file. */
  static String newName() {
    return PREFIX + FolderNames.unique();
  }

  /** A ledger in a new file. */
  FolderLedger(Path file) throws IOException {
    this.file = file;
    this.out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            1 << 16);
  }

  @Override
  public void told(Part part, Receipt receipt) {
    if (broken != null) {
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("line", part.line());
    DocumentReceipt.describe(json, receipt);
    try {
      out.write(begun ? NEXT : FIRST);
      out.write(JSON.writeValueAsBytes(json));
      begun = true;
    } catch (IOException e) {
      broken = e;
    }
  }

  /** The file with what was told so far. */
  Path complete() throws IOException {
    if (broken != null) {
      throw broken;
    }
    out.flush();
    return file;
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}

package io.waybill.camel;

import java.io.IOException;
import java.io.OutputStream;

/** What a partner is told about a file, as JSON whose names are those of the state table. */
sealed interface FolderReceipt permits DocumentReceipt, LargeFileReceipt {

  /** Whether the file is in the broker's hands, now or by an earlier copy; if only in part. */
  boolean accepted();

  /** Writes it as a partner reads it. */
  void writeTo(OutputStream out) throws IOException;
}

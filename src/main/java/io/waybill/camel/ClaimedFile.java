package io.waybill.camel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file of a partner that this broker works on. */
interface ClaimedFile {

  /** The name under which it was dropped. */
  String name();

  /** Whether it is a file: somebody may have put a link in its place since it was looked at. */
  boolean isRegular();

  /** In bytes. */
  long size();

  /** Where its bytes are read; they are brought here first where they lie elsewhere. */
  Path here() throws IOException;

  /** Of its bytes, in hexadecimal; null where they are not here. */
  @Nullable String sha256() throws IOException;

  /** For what becomes of its documents. */
  FolderLedger ledger() throws IOException;

  /**
   * Gives it back, to be read again later; under another name where a new file has taken its. Does
   * nothing where it is gone.
   */
  void putBack(Instant now) throws IOException;

  /** Ends it: a receipt beside it, then the file itself. */
  void finish(FolderReceipt receipt, Instant now) throws IOException;
}

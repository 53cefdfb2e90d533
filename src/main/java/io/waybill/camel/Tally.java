package io.waybill.camel;

import io.waybill.broker.Receipt;
import io.waybill.spec.split.Part;
import java.util.Locale;

/**
 * What became of the documents of one large body, counted as the journal answers. One thread
 * counts, others may look.
 */
final class Tally {

  /** On the exchange whose documents are all in the journal. */
  static final String PROPERTY = "CamelWaybillTally";

  /** Is told each document in the order of the body. */
  interface Ledger {
    /** On an exchange whose source wants to be told. */
    String PROPERTY = "CamelWaybillLedger";

    void told(Part part, Receipt receipt);
  }

  private final long size;
  private final String sha256;
  private volatile long accepted;
  private volatile long duplicates;
  private volatile long conflicts;
  private volatile long failed;

  Tally(long size, String sha256) {
    this.size = size;
    this.sha256 = sha256;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread counts
  void count(Receipt receipt) {
    switch (receipt.result()) {
      case ACCEPTED -> accepted++;
      case DUPLICATE -> duplicates++;
      case CONFLICT -> conflicts++;
      case FAILED -> failed++;
    }
  }

  /** The size of the body in bytes. */
  long size() {
    return size;
  }

  /** The fingerprint of the body in hexadecimal. */
  String sha256() {
    return sha256;
  }

  long accepted() {
    return accepted;
  }

  long duplicates() {
    return duplicates;
  }

  long conflicts() {
    return conflicts;
  }

  long failed() {
    return failed;
  }

  long documents() {
    return accepted + duplicates + conflicts + failed;
  }

  /** Whether no document of it needs anybody's attention. */
  boolean isWhole() {
    return conflicts + failed == 0;
  }

  /** Whether any of it is in the broker's hands; a body without documents asks for nothing. */
  boolean isAccepted() {
    return accepted + duplicates > 0 || isWhole();
  }

  /**
   * In one word: {@code accepted}, {@code duplicate} (all of them), {@code partly}, or {@code
   * failed}.
   */
  String result() {
    if (!isAccepted()) {
      return lower(Receipt.Result.FAILED);
    }
    if (!isWhole()) {
      return "partly";
    }
    boolean nothingNew = duplicates > 0 && accepted == 0;
    return lower(nothingNew ? Receipt.Result.DUPLICATE : Receipt.Result.ACCEPTED);
  }

  private static String lower(Receipt.Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "%,d documents: %,d accepted, %,d known before, %,d failed"
        .formatted(documents(), accepted, duplicates, conflicts + failed);
  }
}

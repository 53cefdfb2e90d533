package io.waybill.spec.read;

/** The document is not what an expression needs: broken, empty, or of another type. */
final class Broken extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong and where. Without a stack trace: senders cause it at any rate. */
  Broken(String detail) {
    super(detail, null, false, false);
  }

  /** What is wrong and where. */
  String detail() {
    return String.valueOf(getMessage());
  }
}

package io.waybill.bench.baseline;

/** In which session the application by hand sends. */
public enum Sending {
  /** In one of its own: the message is there before the row says so. */
  APART("send"),

  /**
   * In the one that the message came by, which is committed when the row is. One commit less, and
   * what is killed between the two is lost.
   */
  WITH_RECEIPT("jms");

  private final String component;

  Sending(String component) {
    this.component = component;
  }

  /** The JMS component that sends; the other one, which receives, is {@code jms}. */
  String component() {
    return component;
  }
}

package io.waybill.cli.demo;

/** A way into the broker, and the folder of the samples that go that way. */
enum Source {
  /** An ordinary JMS program. */
  JMS("jms", "JMS queue orders.in"),
  /** A partner who drops files. */
  DROP("drop", "drop folder"),
  /** A program that sends requests. */
  HTTP("http", "HTTP");

  private final String folder;
  private final String title;

  Source(String folder, String title) {
    this.folder = folder;
    this.title = title;
  }

  /** The folder in {@code samples/}. */
  String folder() {
    return folder;
  }

  String title() {
    return title;
  }

  /** The way a message came, by the column {@code source} of the state table. */
  static Source of(String column) {
    if (column.startsWith("jms:")) {
      return JMS;
    }
    return column.startsWith("file:") ? DROP : HTTP;
  }
}

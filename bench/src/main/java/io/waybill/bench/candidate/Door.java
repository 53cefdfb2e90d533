package io.waybill.bench.candidate;

import java.util.Locale;

/** By which way documents come to a candidate, and by which they leave it. */
public enum Door {
  /** From one JMS queue to another. */
  QUEUES(200, 150_000, true),

  /** Small files in a folder, to a JMS queue. */
  DROP_FOLDER(5_000, 50_000, true),

  /** One file of many lines, each a document, to a JMS queue. */
  LARGE_FILE(20_000, 150_000, true),

  /**
   * HTTP requests, to a JMS queue. A sender sends one after the other: were one document of eight
   * in one lane, it would be the sender of that lane that is measured.
   */
  HTTP_INTAKE(1_000, 150_000, false),

  /**
   * From a JMS queue to an HTTP server. It answers after a fixed time, so that one lane cannot go
   * faster than that: with an eighth of all documents in one there are not 64 of them in flight.
   */
  HTTP_DESTINATION(500, 150_000, false);

  /** Under which each candidate takes documents by HTTP. */
  public static final String PATH = "/api/v1/messages";

  /** How many requests are under way at once, where it is HTTP. */
  public static final int CONNECTIONS = 64;

  private final int fewest;
  private final int most;
  private final boolean skewed;

  Door(int fewest, int most, boolean skewed) {
    this.fewest = fewest;
    this.most = most;
    this.skewed = skewed;
  }

  /** As on the command line and in the report. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the names of databases, queues and folders end with. */
  public String suffix() {
    return this == QUEUES ? "" : "_" + name().toLowerCase(Locale.ROOT);
  }

  /**
   * How many documents one sample has, where so many are wanted: fewer say nothing, more would not
   * stay in the memory of the JMS server.
   */
  public int documents(int wanted) {
    return Math.max(fewest, Math.min(most, wanted));
  }

  /** The exponent of Zipf's law for its lanes, where the plan has this one. */
  public double skew(double planned) {
    return skewed ? planned : 0;
  }
}

package io.waybill.bench.work;

import java.util.SplittableRandom;

/**
 * The documents of one sample, in the order in which they are sent. Each is a JSON order of about
 * one kibibyte with an id, its lane, and its number within the lane. The same sample has the same
 * documents for every candidate.
 */
public final class Documents {

  /** How many lanes there are. */
  public static final int LANES = 1000;

  /** What each document has, in bytes; all of them are ASCII. */
  public static final int BYTES = 1024;

  private static final long SEED = 4711;
  private static final String REST = rest();

  private final String sample;
  private final double skew;
  private final Lanes lanes;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final int[] numbers = new int[LANES];
  private int index;

  /**
   * Documents whose ids begin with the name of the sample.
   *
   * @param sample without a hyphen
   * @param skew the exponent of Zipf's law; 0 for lanes that are all alike
   */
  public Documents(String sample, double skew) {
    this(sample, skew, new Lanes(LANES, skew));
  }

  /** Documents that are all in the same lane. */
  public static Documents ofOneLane(String sample) {
    return new Documents(sample, 0, new Lanes(1, 0));
  }

  private Documents(String sample, double skew, Lanes lanes) {
    this.sample = sample;
    this.skew = skew;
    this.lanes = lanes;
  }

  /** The next document. */
  public String next() {
    int lane = lanes.pick(random);
    int number = ++numbers[lane];
    String head =
        "{\"type\":\"Order\",\"id\":\"%s-%d\",\"lane\":\"L%d\",\"number\":%d,\"note\":\""
            .formatted(sample, index++, lane, number);
    return head + REST.substring(head.length());
  }

  /** The name of the sample. */
  public String sample() {
    return sample;
  }

  /** The exponent of Zipf's law for its lanes. */
  public double skew() {
    return skew;
  }

  /** The id of a document. */
  public static String id(String document) {
    return between(document, "\"id\":\"", "\"");
  }

  /** Its lane, from 0. */
  public static int lane(String document) {
    return Integer.parseInt(between(document, "\"lane\":\"L", "\""));
  }

  /** Its number within the lane, from 1. */
  public static int number(String document) {
    return Integer.parseInt(between(document, "\"number\":", ","));
  }

  /** What identifies it, without the rest: as far as the readers above look. */
  public static String head(String document) {
    return document.substring(0, document.indexOf("\"note\""));
  }

  private static String between(String text, String before, String after) {
    int from = text.indexOf(before) + before.length();
    return text.substring(from, text.indexOf(after, from));
  }

  /** As long as a whole document: what the head takes is cut off the note at its front. */
  private static String rest() {
    StringBuilder lines = new StringBuilder("\",\"currency\":\"EUR\",\"lines\":[");
    for (int line = 1; line <= 8; line++) {
      lines.append(
          "{\"line\":%d,\"article\":\"A-%05d\",\"quantity\":%d,\"price\":\"%d.90\",\"unit\":\"EA\"}"
              .formatted(line, line * 7919 % 100_000, line * 3, line * 12));
      lines.append(line < 8 ? "," : "]}");
    }
    int note = BYTES - lines.length();
    return "deliver before noon, ".repeat(BYTES).substring(0, note) + lines;
  }
}

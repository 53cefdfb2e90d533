package io.waybill.bench.judge;

import io.waybill.bench.work.Documents;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Counts the documents of one sample as they are taken from the destination's queue. */
public final class Tally {

  private final String sample;
  private final int sent;
  private final BitSet seen;
  private final int[] last = new int[Documents.LANES];
  private int arrived;
  private int duplicates;
  private int inversions;
  private int strays;

  /** Of a sample of so many documents, none of which has been taken yet. */
  public Tally(String sample, int sent) {
    this.sample = sample;
    this.sent = sent;
    this.seen = new BitSet(sent);
  }

  /** Takes the next one; gives its place among those that were sent, or -1 if it is not new. */
  public int add(Message message) throws JMSException {
    String document = text(message);
    arrived++;
    String id = between(document, "\"id\":\"", "\"");
    int hyphen = id.indexOf('-');
    if (!id.substring(0, hyphen).equals(sample)) {
      strays++;
      return -1;
    }
    int index = Integer.parseInt(id.substring(hyphen + 1));
    if (seen.get(index)) {
      duplicates++;
      return -1;
    }
    seen.set(index);
    int lane = Integer.parseInt(between(document, "\"lane\":\"L", "\""));
    int number = Integer.parseInt(between(document, "\"number\":", ","));
    if (number < last[lane]) {
      inversions++;
    }
    last[lane] = Math.max(last[lane], number);
    return index;
  }

  private static String text(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      return text.getText();
    }
    BytesMessage bytes = (BytesMessage) message;
    byte[] body = new byte[(int) bytes.getBodyLength()];
    bytes.readBytes(body);
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String between(String text, String before, String after) {
    int from = text.indexOf(before) + before.length();
    return text.substring(from, text.indexOf(after, from));
  }

  /** How many messages have been taken. */
  public int arrived() {
    return arrived;
  }

  /** What they say, when no more come. */
  public Verdict verdict() {
    return new Verdict(sent, arrived, duplicates, sent - seen.cardinality(), inversions, strays);
  }
}

package io.waybill.bench.judge;

import io.waybill.bench.work.Documents;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Counts the documents of one sample in the order in which they came to the destination. */
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
    return add(text(message));
  }

  /** The same of a document that came another way. */
  public int add(String document) {
    arrived++;
    String id = Documents.id(document);
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
    int lane = Documents.lane(document);
    int number = Documents.number(document);
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

  /** How many messages have been taken. */
  public int arrived() {
    return arrived;
  }

  /** What they say, when no more come. */
  public Verdict verdict() {
    return new Verdict(sent, arrived, duplicates, sent - seen.cardinality(), inversions, strays);
  }
}

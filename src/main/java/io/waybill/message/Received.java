package io.waybill.message;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message from its arrival on and changes only when it is read again, or when a
 * person waives what it needs.
 *
 * @param seq its number in the journal, given by the single writer in the order of the journal
 * @param partition the partition that owns it
 * @param operation what it asks for; empty where it could not be typed
 * @param sender who sent it
 * @param messageId the sender's unique work item id; empty where it has none
 * @param ownsId whether later documents under the same id are duplicates of this one. False for
 *     what could not be read, typed or keyed and for conflicts: a corrected document may use the
 *     id.
 * @param businessId e.g. the purchase order's number
 * @param fingerprint of the bytes as received
 * @param source where it came from, e.g. {@code jms:orders.in} or {@code file:order-1.xml}
 * @param receivedAt when it came
 * @param needs what must be true before it may be posted
 * @param announces what its being posted makes true beside that
 * @param numbers the numbers it holds in its lanes, as long as it stands in them
 * @param edited of the document that a person put in the place of the one received; null for none
 */
public record Received(
    long seq,
    int partition,
    String operation,
    String sender,
    String messageId,
    boolean ownsId,
    @Nullable String businessId,
    Fingerprint fingerprint,
    String source,
    Instant receivedAt,
    List<Need> needs,
    List<PostedAs> announces,
    List<Numbered> numbers,
    @Nullable Fingerprint edited) {

  /** A message whose document is the one received. */
  public Received(
      long seq,
      int partition,
      String operation,
      String sender,
      String messageId,
      boolean ownsId,
      @Nullable String businessId,
      Fingerprint fingerprint,
      String source,
      Instant receivedAt,
      List<Need> needs,
      List<PostedAs> announces,
      List<Numbered> numbers) {
    this(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        businessId,
        fingerprint,
        source,
        receivedAt,
        needs,
        announces,
        numbers,
        null);
  }

  /** A message without numbers. */
  public Received(
      long seq,
      int partition,
      String operation,
      String sender,
      String messageId,
      boolean ownsId,
      @Nullable String businessId,
      Fingerprint fingerprint,
      String source,
      Instant receivedAt,
      List<Need> needs,
      List<PostedAs> announces) {
    this(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        businessId,
        fingerprint,
        source,
        receivedAt,
        needs,
        announces,
        List.of());
  }

  /** A message that needs and announces nothing. */
  public Received(
      long seq,
      int partition,
      String operation,
      String sender,
      String messageId,
      boolean ownsId,
      @Nullable String businessId,
      Fingerprint fingerprint,
      String source,
      Instant receivedAt) {
    this(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        businessId,
        fingerprint,
        source,
        receivedAt,
        List.of(),
        List.of());
  }

  /** The same message with other needs. */
  public Received needing(List<Need> other) {
    return new Received(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        businessId,
        fingerprint,
        source,
        receivedAt,
        other,
        announces,
        numbers,
        edited);
  }

  /** The same message with another document, and what that says. */
  public Received edited(
      Fingerprint document, @Nullable String business, List<Need> other, List<PostedAs> tells) {
    return new Received(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        business,
        fingerprint,
        source,
        receivedAt,
        other,
        tells,
        numbers,
        document);
  }

  /** Of the document that is posted. */
  public Fingerprint document() {
    return edited == null ? fingerprint : edited;
  }

  /** The same message without its numbers. */
  public Received unnumbered() {
    return new Received(
        seq,
        partition,
        operation,
        sender,
        messageId,
        ownsId,
        businessId,
        fingerprint,
        source,
        receivedAt,
        needs,
        announces,
        List.of(),
        edited);
  }

  /** Its key. */
  public MessageKey key() {
    return new MessageKey(operation, sender, messageId);
  }
}

package io.waybill.broker;

import io.waybill.engine.Event;
import io.waybill.journal.Journal;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads documents by the specification, on the threads of those who bring them. */
final class Readings {

  /** Read together: a document is read by one of them, never by half of each. */
  private record Rules(Specification specification, Function<Submission, Reading> reader) {}

  private volatile Rules present;

  Readings(Specification specification, Function<Submission, Reading> reader) {
    this.present = new Rules(specification, reader);
  }

  /** From now on documents are read by these rules. */
  void use(Specification specification, Function<Submission, Reading> reader) {
    present = new Rules(specification, reader);
  }

  /** The same document as the present rules read it. */
  Input.Submitted present(Input.Submitted input) {
    boolean asItIs =
        input.by().equals(present.specification())
            || (input.reading() instanceof Reading.Unread unread
                && unread.reason() == Reason.UNSTORABLE);
    return asItIs ? input : read(input.submission(), input.answer());
  }

  /** A new document, read and ready for the loop. */
  Input.Submitted read(Submission submission, CompletableFuture<Receipt> answer) {
    Rules rules = present;
    Submission.Failure failure = submission.failure();
    Reading reading =
        failure == null
            ? rules.reader().apply(submission)
            : new Reading.Unread(failure.reason(), failure.detail(), null, null);
    return input(submission, reading, rules, answer);
  }

  /** The same document as one that cannot be processed. */
  Input.Submitted failed(Input.Submitted input, Reading.Unread reading) {
    return input(input.submission(), reading, present, input.answer());
  }

  private Input.Submitted input(
      Submission submission, Reading reading, Rules rules, CompletableFuture<Receipt> answer) {
    Fingerprint fingerprint = Fingerprint.of(submission.payload().body());
    return new Input.Submitted(
        submission,
        reading,
        fingerprint,
        partition(reading, submission.sender(), fingerprint, rules),
        rules.specification(),
        answer);
  }

  /** A stored document by the present specification. */
  Event.Reread again(MessageRow row, Payload payload) {
    Rules rules = present;
    Reading reading = rules.reader().apply(submission(row, payload, operation(row, rules)));
    return new Event.Reread(
        reading, partition(reading, row.received().sender(), row.received().fingerprint(), rules));
  }

  /**
   * A document that is to take the place of a stored one. Where its operation is recognised by what
   * it says, it is read as if nobody had said which it is.
   */
  Event.Edition edited(MessageRow row, Payload document, Payload before) {
    Rules rules = present;
    String type = document.contentType();
    Payload payload =
        new Payload(document.body(), type == null ? before.contentType() : type, before.headers());
    Event.Reread named = again(row, payload);
    Operation operation = rules.specification().operations().get(row.received().operation());
    Reading reading = named.reading();
    if (operation != null && !operation.match().isEmpty()) {
      Reading unnamed = rules.reader().apply(submission(row, payload, null));
      boolean other =
          unnamed instanceof Reading.Read read && !read.operation().equals(operation.name());
      reading = other ? unnamed : reading;
    }
    return new Event.Edition(reading, payload, Fingerprint.of(payload.body()));
  }

  private static Submission submission(
      MessageRow row, Payload payload, @Nullable String operation) {
    return new Submission(
        payload,
        row.received().sender(),
        row.received().source(),
        operation,
        Set.of(),
        row.received().messageId().isEmpty() ? null : row.received().messageId(),
        payload.headers(),
        null);
  }

  private static @Nullable String operation(MessageRow row, Rules rules) {
    String operation = row.received().operation();
    return rules.specification().operations().containsKey(operation) ? operation : null;
  }

  private static int partition(
      Reading reading, String sender, Fingerprint fingerprint, Rules rules) {
    Specification specification = rules.specification();
    return reading instanceof Reading.Read read
        ? specification.partition(
            read.lanes(),
            new MessageKey(read.operation(), sender, read.messageId()),
            Journal.PARTITIONS)
        : specification.partition(
            List.of(), new MessageKey("", sender, fingerprint.hex()), Journal.PARTITIONS);
  }
}

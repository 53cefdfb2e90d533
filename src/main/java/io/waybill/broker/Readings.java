package io.waybill.broker;

import io.waybill.engine.Event;
import io.waybill.journal.Journal;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
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

  private final Specification specification;
  private final Function<Submission, Reading> reader;

  Readings(Specification specification, Function<Submission, Reading> reader) {
    this.specification = specification;
    this.reader = reader;
  }

  /** A new document, read and ready for the loop. */
  Input.Submitted read(Submission submission, CompletableFuture<Receipt> answer) {
    Submission.Failure failure = submission.failure();
    Reading reading =
        failure == null
            ? reader.apply(submission)
            : new Reading.Unread(failure.reason(), failure.detail(), null, null);
    return input(submission, reading, answer);
  }

  /** The same document as one that cannot be processed. */
  Input.Submitted failed(Input.Submitted input, Reading.Unread reading) {
    return input(input.submission(), reading, input.answer());
  }

  private Input.Submitted input(
      Submission submission, Reading reading, CompletableFuture<Receipt> answer) {
    Fingerprint fingerprint = Fingerprint.of(submission.payload().body());
    return new Input.Submitted(
        submission,
        reading,
        fingerprint,
        partition(reading, submission.sender(), fingerprint),
        answer);
  }

  /** A stored document by the present specification. */
  Event.Reread again(MessageRow row, Payload payload) {
    Submission submission = submission(row, payload, operation(row));
    Reading reading = reader.apply(submission);
    return new Event.Reread(
        reading, partition(reading, submission.sender(), row.received().fingerprint()));
  }

  /**
   * A document that is to take the place of a stored one. Where its operation is recognised by what
   * it says, it is read as if nobody had said which it is.
   */
  Event.Edition edited(MessageRow row, Payload document, Payload before) {
    String type = document.contentType();
    Payload payload =
        new Payload(document.body(), type == null ? before.contentType() : type, before.headers());
    Event.Reread named = again(row, payload);
    Operation operation = specification.operations().get(row.received().operation());
    Reading reading = named.reading();
    if (operation != null && !operation.match().isEmpty()) {
      Reading unnamed = reader.apply(submission(row, payload, null));
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

  private @Nullable String operation(MessageRow row) {
    String operation = row.received().operation();
    return specification.operations().containsKey(operation) ? operation : null;
  }

  private int partition(Reading reading, String sender, Fingerprint fingerprint) {
    return reading instanceof Reading.Read read
        ? specification.partition(
            read.lanes(),
            new MessageKey(read.operation(), sender, read.messageId()),
            Journal.PARTITIONS)
        : specification.partition(
            List.of(), new MessageKey("", sender, fingerprint.hex()), Journal.PARTITIONS);
  }
}

package io.waybill.cli;

import io.waybill.broker.Intake;
import io.waybill.broker.Receipt;
import io.waybill.message.Submission;
import io.waybill.operator.User;
import io.waybill.operator.Users;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Holds a user to the operations it may send, whichever way its documents come: by HTTP, and by JMS
 * where the server says who sent them.
 */
record SendersOperations(Intake broker, Users users) implements Intake {

  /** No operation is named so; an empty set would allow all. */
  private static final Set<String> NONE = Set.of("");

  @Override
  public CompletableFuture<Receipt> submit(Submission submission) {
    Optional<User> sender = users.named(submission.sender());
    return broker.submit(
        sender.isEmpty() || sender.get().operations().isEmpty()
            ? submission
            : limited(submission, sender.get().operations()));
  }

  private static Submission limited(Submission submission, Set<String> operations) {
    Set<String> both = new HashSet<>(operations);
    if (!submission.allowed().isEmpty()) {
      both.retainAll(submission.allowed());
    }
    return new Submission(
        submission.payload(),
        submission.sender(),
        submission.source(),
        submission.operation(),
        both.isEmpty() ? NONE : Set.copyOf(both),
        submission.messageId(),
        submission.headers(),
        submission.failure(),
        submission.replyTo());
  }
}

package io.waybill.broker;

import io.waybill.engine.Decision;
import io.waybill.journal.Journal;
import io.waybill.journal.JournalException;
import io.waybill.message.DestinationState;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.Plan;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.spec.Destination;
import io.waybill.spec.Specification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What may happen once a group is durable: answers to sources, messages on their way out. */
final class Effects {

  private static final int AT_ONCE = 64;

  private final Journal journal;
  private volatile Specification specification;
  private final Postings postings;
  private final Executor executor;
  private final Watch watch;
  private final Waiters waiters;

  Effects(
      Journal journal,
      Specification specification,
      Postings postings,
      Executor executor,
      Watch watch,
      Waiters waiters) {
    this.journal = journal;
    this.specification = specification;
    this.postings = postings;
    this.executor = executor;
    this.watch = watch;
    this.waiters = waiters;
  }

  /** From now on these rules hold. */
  void use(Specification present) {
    specification = present;
  }

  /** A posting whose document has to be read from the journal. */
  private record Stored(MessageRow row, Postings.Attempt attempt) {}

  /**
   * Lets the effects of a durable group happen. Postings first: an acknowledgement that reaches the
   * same JMS server before them has them wait for the disk twice.
   */
  void happen(Draft draft, PayloadCache payloads, long epoch) {
    List<Stored> stored = new ArrayList<>();
    for (Decision.Post post : draft.posts()) {
      MessageRow row = post.row();
      Postings.Attempt attempt = postings.leaving(row, epoch);
      Payload payload = payloads.take(row.seq());
      if (payload == null || row.standing().revision() != 0 || mayHaveReplies(row)) {
        stored.add(new Stored(row, attempt));
      } else {
        postings.send(attempt, payload, true, destination(row), Map.of());
      }
    }
    if (!stored.isEmpty()) {
      executor.execute(() -> sendStored(stored));
    }
    answer(draft.answers());
    List<StatusChange> changes = draft.changes();
    StatusLog.write(changes);
    watch.changed(changes);
    waiters.changed(changes, draft.replies(), executor);
    draft.destinations().forEach(watch::kept);
    for (LinkState link : draft.links()) {
      StatusLog.write(link);
      watch.kept(link);
    }
  }

  /** What is kept of a destination was read. */
  void know(DestinationState destination) {
    watch.kept(destination);
  }

  /** What the table has of a link. */
  void know(LinkState link) {
    watch.kept(link);
  }

  /** Tells a source that its document is durable or known. */
  void receive(Input.Submitted submitted, Receipt receipt) {
    watch.received(submitted.submission().source(), receipt);
    submitted.answer().complete(receipt);
  }

  /** Tells a source to keep its document. */
  void refuse(Input.Submitted submitted, NotNow notNow) {
    watch.refused(Watch.Refusal.JOURNAL);
    run(() -> submitted.answer().completeExceptionally(notNow));
  }

  /**
   * In portions: a thread for each would cost more than the answer, one for all could be held up.
   */
  private void answer(List<Runnable> answers) {
    for (int from = 0; from < answers.size(); from += AT_ONCE) {
      List<Runnable> portion = answers.subList(from, Math.min(answers.size(), from + AT_ONCE));
      executor.execute(() -> portion.forEach(Runnable::run));
    }
  }

  private Destination destination(MessageRow row) {
    return Objects.requireNonNull(specification.destination(row.standing().destination()));
  }

  /** Whether a step of its process came before this one. */
  private static boolean mayHaveReplies(MessageRow row) {
    Plan plan = row.standing().plan();
    return plan != null
        && (row.standing().step() > plan.first() || row.standing().status() == Status.CANCELLING);
  }

  /** Whoever undoes a step is told its own answer too. */
  private static Journal.StepKey upTo(MessageRow row) {
    int own = row.standing().status() == Status.CANCELLING ? 1 : 0;
    return new Journal.StepKey(row.seq(), row.standing().run(), row.standing().step() + own);
  }

  private void sendStored(List<Stored> batch) {
    Map<Journal.PayloadKey, Payload> found;
    Map<Long, Map<String, Reply>> replies;
    try {
      replies =
          journal.stepReplies(
              batch.stream()
                  .map(Stored::row)
                  .filter(Effects::mayHaveReplies)
                  .map(Effects::upTo)
                  .toList());
      found = journal.payloads(batch.stream().map(stored -> key(stored.row())).toList());
    } catch (JournalException e) {
      String detail = "its document could not be read from the journal: " + e.getMessage();
      batch.forEach(
          stored -> postings.unsent(stored.attempt(), new Outcome.Transient(detail, null)));
      return;
    }
    batch.forEach(
        stored ->
            sendStored(
                stored,
                found.get(key(stored.row())),
                replies.getOrDefault(stored.row().seq(), Map.of())));
  }

  private void sendStored(Stored stored, @Nullable Payload payload, Map<String, Reply> replies) {
    if (payload == null) {
      postings.unsent(
          stored.attempt(),
          new Outcome.Refused(
              Reason.CORRUPT, "its document is missing in the journal; restore the journal"));
    } else {
      postings.send(stored.attempt(), payload, false, destination(stored.row()), replies);
    }
  }

  private static Journal.PayloadKey key(MessageRow row) {
    return new Journal.PayloadKey(row.seq(), row.standing().revision());
  }

  /** A person gives up an attempt under way. */
  void interrupt(MessageRow posting, Action action) {
    postings.interrupt(posting, "interrupted by %s: %s".formatted(action.who(), action.why()));
  }

  /** Runs something that concerns others, off the loop's thread. */
  void run(Runnable what) {
    executor.execute(what);
  }
}

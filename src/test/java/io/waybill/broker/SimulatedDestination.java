package io.waybill.broker;

import io.waybill.journal.Journal;
import io.waybill.journal.Journal.StepKey;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Outcome;
import io.waybill.message.Plan;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A destination with a log of its own that outlives the broker's processes. It checks every effect
 * the moment it happens.
 */
final class SimulatedDestination {

  static final Reply REFUSAL = new Reply(422, null, Map.of(), new byte[] {'n', 'o'});

  /** What it has done and not reported yet, so far as it knows. */
  final Map<PostingId, Report> toReport = new LinkedHashMap<>();

  /** One posting on its way through the network. */
  private record Request(Posting posting, Consumer<Outcome> answer) {}

  final Destination destination;
  final List<PostingId> log = new ArrayList<>();

  /** What it has undone, by the ids of the cancellations. */
  final List<PostingId> undone = new ArrayList<>();

  /** What was not sent: nothing that follows it on the same way is. */
  private final Set<PostingId> broken = new HashSet<>();

  private final boolean keepsOrder;
  private final List<PostingId> remembered = new ArrayList<>();
  private final List<Request> network = new ArrayList<>();

  /** In which version of its row it was asked for and not there: tries before that come no more. */
  private final Map<PostingId, Integer> denied = new HashMap<>();

  private final SimulatedJournal journal;
  private final RandomGenerator random;

  /** How often, out of a hundred, a posting meets a fault. */
  int faults;

  boolean down;

  SimulatedDestination(Destination destination, SimulatedJournal journal, RandomGenerator random) {
    this.destination = destination;
    this.journal = journal;
    this.random = random;
    keepsOrder = random.nextBoolean();
  }

  String name() {
    return destination.name();
  }

  /** The way in: requests wait in the network until the simulation lets one arrive. */
  boolean post(Posting posting, Consumer<Outcome> answer) {
    MessageRow durable = journal.rows.get(posting.row().seq());
    if (durable == null || durable.standing().version() < posting.row().standing().version()) {
      throw new AssertionError("Posted before its intent was durable: " + posting.row());
    }
    if (!Arrays.equals(
        posting.payload().body(),
        Objects.requireNonNull(
                journal.payloads.get(
                    new Journal.PayloadKey(
                        posting.row().seq(), posting.row().standing().revision())))
            .body())) {
      throw new AssertionError("Another document was posted: " + posting.row());
    }
    inTurn(posting);
    Posting.Before before = posting.after();
    if (before != null && before.failed()) {
      answer.accept(new Outcome.NotSent("the one before it failed"));
      return false;
    }
    network.add(new Request(posting, answer));
    broken.remove(posting.id());
    return keepsOrder;
  }

  /** A destination that answers for itself: what it says that it has not does not come later. */
  void ask(Posting posting, Consumer<Query.Answer> answer) {
    if (random.nextInt(100) < faults) {
      switch (random.nextInt(4)) {
        case 0 -> answer.accept(nothing(new Outcome.Unavailable("503", null)));
        case 1 -> answer.accept(nothing(new Outcome.Unanswered("it does not know")));
        default -> {
          // no answer: the time-out has to notice
        }
      }
    } else if (down) {
      answer.accept(nothing(new Outcome.Unavailable("connection refused", null)));
    } else if (hasEffect(posting.id())) {
      answer.accept(new Query.Answer.Has("known"));
    } else {
      MessageRow present = Objects.requireNonNull(journal.rows.get(posting.row().seq()));
      denied.put(posting.id(), present.standing().version());
      answer.accept(new Query.Answer.HasNot());
    }
  }

  private static Query.Answer nothing(Outcome outcome) {
    return new Query.Answer.Nothing(outcome);
  }

  /** The way to undo. */
  boolean cancel(Posting posting, Consumer<Outcome> answer) {
    MessageRow durable = journal.rows.get(posting.row().seq());
    if (durable == null || durable.standing().version() < posting.row().standing().version()) {
      throw new AssertionError("Cancelled before its intent was durable: " + posting.row());
    }
    network.add(new Request(posting, answer));
    return false;
  }

  /** What was performed and is not undone yet is undone, the newest step first. */
  private Outcome undo(Posting posting) {
    MessageRow row = posting.row();
    PostingId id = posting.id();
    if (destination.delivery() == DeliveryClass.TRANSACTIONAL) {
      if (posting.epoch() != journal.epoch) {
        return new Outcome.Ambiguous("fenced");
      }
      if (!journal.effects.add(id)) {
        return new Outcome.Posted("known");
      }
    } else if (destination.delivery() == DeliveryClass.DEDUPLICATING && undone.contains(id)) {
      return new Outcome.Posted("known");
    }
    if (destination.delivery() != DeliveryClass.REPEAT && undone.contains(id)) {
      throw new AssertionError("D: undone twice at " + name() + ": " + row);
    }
    Plan plan = Objects.requireNonNull(row.standing().plan());
    StepKey own = new StepKey(row.seq(), row.standing().run(), row.standing().step());
    StepRow mine = journal.steps.get(own);
    if (mine == null || !log.contains(mine.postingId()) && !settled(row, mine)) {
      throw new AssertionError("R: undone though it was not performed: " + row + " " + mine);
    }
    for (int later = plan.after(own.step()); later >= 0; later = plan.after(later)) {
      StepRow step = journal.steps.get(new StepKey(row.seq(), own.run(), later));
      if (step != null && step.status() == Status.POSTED && plan.step(later).cancel()) {
        throw new AssertionError("O: undone before the step after it: " + row + " " + step);
      }
    }
    undone.add(id);
    return new Outcome.Posted(null);
  }

  private boolean settled(MessageRow row, StepRow step) {
    String told = "step " + step.name() + " is settled as posted";
    return Objects.requireNonNull(journal.histories.get(row.seq())).stream()
        .anyMatch(entry -> String.valueOf(entry.detail()).startsWith(told));
  }

  /** Every step before it has ended, and it is told what they answered. */
  private void inTurn(Posting posting) {
    MessageRow row = posting.row();
    Plan plan = row.standing().plan();
    if (plan == null) {
      return;
    }
    for (int number = plan.first(); number < row.standing().step(); number = plan.after(number)) {
      StepRow step = journal.steps.get(new StepKey(row.seq(), row.standing().run(), number));
      if (step == null || step.status() != Status.POSTED) {
        throw new AssertionError("O: posted before the step before it had ended: " + row);
      }
      Reply told = posting.replies().get(step.name());
      // a destination that was asked says only that it has it
      boolean asked = told == null && step.destination().equals(Simulation.ASKED);
      if (step.reason() != Reason.BY_HAND
          && !asked
          && (told == null || !Arrays.equals(told.body(), reply(step.postingId()).body()))) {
        throw new AssertionError("R: not told what " + step + " answered: " + row);
      }
    }
  }

  boolean mayArrive(PostingId id) {
    return network.stream().anyMatch(request -> request.posting().id().equals(id));
  }

  boolean idle() {
    return network.isEmpty() && toReport.isEmpty();
  }

  boolean hasEffect(PostingId id) {
    return log.contains(id) || undone.contains(id);
  }

  /** Lets one request arrive, if there is one. */
  void arrive() {
    if (network.isEmpty()) {
      return;
    }
    Request request = firstOfItsLane(network.get(random.nextInt(network.size())));
    network.remove(request);
    if (broken.contains(before(request))) {
      broken.add(request.posting().id());
      request.answer().accept(new Outcome.NotSent("the one before it was not sent"));
      return;
    }
    int before = log.size();
    boolean known = hasEffect(request.posting().id());
    arrive(request);
    if (log.size() == before && !known) {
      broken.add(request.posting().id());
    }
  }

  private static @Nullable PostingId before(Request request) {
    Posting.Before before = request.posting().after();
    return before == null ? null : before.id();
  }

  /** A way that keeps the order of a lane. */
  private Request firstOfItsLane(Request request) {
    for (Request other : network) {
      if (other.posting().id().equals(before(request))) {
        return firstOfItsLane(other);
      }
    }
    return request;
  }

  private void arrive(Request request) {
    if (givenUp(request.posting())) {
      // A memory bounded in ids is safe only where nothing arrives after its time-out.
      return;
    }
    if (down) {
      request.answer().accept(new Outcome.Unavailable("connection refused", null));
    } else if (random.nextInt(100) < faults) {
      fault(request);
    } else {
      request.answer().accept(answer(request.posting()));
    }
  }

  /** Some only take the work, and report later what came of it. */
  private Outcome answer(Posting posting) {
    boolean cancels = posting.row().standing().status() == Status.CANCELLING;
    if (cancels ? random.nextInt(5) == 0 && !hasEffect(posting.id()) : refuses(posting)) {
      return new Outcome.Refused(Reason.REFUSED, "422", REFUSAL);
    }
    Outcome outcome = perform(posting);
    if (destination.reports() == null || cancels || !(outcome instanceof Outcome.Posted)) {
      return outcome;
    }
    Outcome.Posted done = new Outcome.Posted(null, reply(posting));
    toReport.put(posting.id(), new Report(posting.row().seq(), posting.id(), done));
    return new Outcome.Accepted(null);
  }

  /** Some steps are refused whenever they come. */
  private static boolean refuses(Posting posting) {
    Plan plan = posting.row().standing().plan();
    return plan != null && plan.step(posting.row().standing().step()).name().endsWith("refused");
  }

  private boolean givenUp(Posting posting) {
    MessageRow present = Objects.requireNonNull(journal.rows.get(posting.row().seq()));
    Integer since = denied.get(posting.id());
    if (since != null && posting.row().standing().version() < since) {
      return true;
    }
    return destination.remembers().count() != null
        && present.standing().version() != posting.row().standing().version();
  }

  private void fault(Request request) {
    Consumer<Outcome> answer = request.answer();
    switch (random.nextInt(7)) {
      case 0 -> answer.accept(new Outcome.Transient("deadlock", null));
      case 1 -> answer.accept(new Outcome.Unavailable("503", null));
      case 2 -> answer.accept(new Outcome.Ambiguous("reset before it arrived"));
      case 3 -> {
        var unused = answer(request.posting());
        answer.accept(new Outcome.Ambiguous("reset after it arrived"));
      }
      case 4 -> {
        var unused = answer(request.posting());
      }
      case 5 -> {
        // Nothing arrives and nothing is answered: the time-out has to notice.
      }
      default -> {
        if (hasEffect(request.posting().id())) {
          boolean recorded = destination.delivery() == DeliveryClass.TRANSACTIONAL;
          answer.accept(new Outcome.Posted("known", recorded ? null : reply(request.posting())));
        } else {
          answer.accept(new Outcome.Refused(Reason.REFUSED, "422", REFUSAL));
        }
      }
    }
  }

  private Outcome perform(Posting posting) {
    PostingId id = posting.id();
    if (posting.row().standing().status() == Status.CANCELLING) {
      return undo(posting);
    }
    switch (destination.delivery()) {
      case DEDUPLICATING -> {
        if (remembered.contains(id)) {
          return new Outcome.Posted("known", reply(posting));
        }
        remembered.add(id);
        Long count = destination.remembers().count();
        while (count != null && remembered.size() > count) {
          remembered.remove(0);
        }
      }
      case TRANSACTIONAL -> {
        if (posting.epoch() != journal.epoch) {
          return new Outcome.Ambiguous("fenced");
        }
        if (!journal.effects.add(id)) {
          return new Outcome.Posted("known");
        }
      }
      case HOLD, REPEAT, QUERYABLE -> {}
    }
    if (destination.delivery() != DeliveryClass.REPEAT && log.contains(id)) {
      throw new AssertionError(
          "D: a second effect at "
              + name()
              + " of "
              + posting.row()
              + " after "
              + journal.histories.get(posting.row().seq()));
    }
    if (destination.delivery() != DeliveryClass.REPEAT) {
      onlyRevisionOfItsRun(posting);
    }
    log.add(id);
    inOrder(posting.row());
    if (destination.delivery() == DeliveryClass.TRANSACTIONAL) {
      keepWithEffect(posting);
    }
    return new Outcome.Posted(null, reply(posting));
  }

  /** In the transaction of the effect, as the journal does it. */
  private void keepWithEffect(Posting posting) {
    MessageRow row = posting.row();
    Plan plan = row.standing().plan();
    if (plan != null) {
      journal.steps.computeIfPresent(
          new StepKey(row.seq(), row.standing().run(), row.standing().step()),
          (key, step) -> step.answered(reply(posting)));
    }
    if (Simulation.replies(row.received().operation())
        && (plan == null || plan.isLast(row.standing().step()))) {
      StoredReply reply =
          Simulation.TERMS.stored(
              row.seq(), row.standing().run(), row.standing().changedAt(), reply(posting));
      journal.replies.putIfAbsent(row.seq(), reply);
    }
  }

  /** The same on each repetition. */
  static Reply reply(Posting posting) {
    return reply(posting.id());
  }

  static Reply reply(PostingId id) {
    return new Reply(200, null, Map.of(), id.text().getBytes(StandardCharsets.UTF_8));
  }

  private void onlyRevisionOfItsRun(Posting posting) {
    String run =
        posting.row().seq()
            + "/"
            + posting.row().standing().run()
            + "/"
            + posting.row().standing().step();
    PostingId other = journal.effectOfRun.putIfAbsent(run, posting.id());
    if (other != null && !other.equals(posting.id())) {
      throw new AssertionError(
          "R: %s took effect as %s before; %s"
              .formatted(posting.row(), other, journal.histories.get(posting.row().seq())));
    }
  }

  /** It took effect, though that is not yet in the journal: the next may follow. */
  private boolean tookEffect(MessageRow other) {
    return destination.delivery() == DeliveryClass.DEDUPLICATING
        && leavesLanesNext(other)
        && name().equals(other.standing().destination())
        && hasEffect(other.postingId());
  }

  private static boolean leavesLanesNext(MessageRow row) {
    Plan plan = row.standing().plan();
    return plan == null || plan.freesLanesAfter(row.standing().step());
  }

  /** At the moment of an effect, whoever stands before it in one of its lanes must be done. */
  private void inOrder(MessageRow posted) {
    MessageRow present = Objects.requireNonNull(journal.rows.get(posted.seq()));
    if (present.standing().status() != Status.POSTING
        || destination.delivery() == DeliveryClass.REPEAT) {
      return;
    }
    for (Need need : present.received().needs()) {
      if (need.anyOf().stream().noneMatch(journal.posted::contains)) {
        throw new AssertionError("P: " + posted + " took effect before " + need.text());
      }
    }
    for (int i = 0; i < posted.standing().ranks().size(); i++) {
      LaneName lane = posted.standing().lanes().get(i);
      long rank = present.standing().ranks().get(i); // others may have moved before it since
      for (MessageRow other : journal.rows.values()) {
        int at = other.standing().lanes().indexOf(lane);
        if (at >= 0
            && !other.standing().ranks().isEmpty()
            && other.standing().ranks().get(at) < rank
            && !tookEffect(other)) {
          throw new AssertionError("O: " + posted + " took effect before " + other);
        }
      }
    }
  }
}

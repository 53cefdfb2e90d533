package io.waybill.engine;

import io.waybill.message.Need;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What messages need before they may be posted: who waits for what, and what wakes them. The coming
 * of what was missed finds exactly those that wait for it.
 */
final class Requirements {

  private final State state;
  private final Traffic traffic;
  private final Ties ties;
  private final Order order;
  private final Cycles cycles;
  private final Recall recall = new Recall();
  final Numbers numbers;

  /** Those who wait, though others may bring it, because these wait for them. */
  private final Set<Wait> doubtful = new LinkedHashSet<>();

  Requirements(State state, Traffic traffic) {
    this.state = state;
    this.traffic = traffic;
    this.ties = state.ties;
    this.cycles = new Cycles(state.ties);
    this.order = new Order(state.ties, state.lanes, traffic);
    this.numbers = new Numbers(state.specification.sequencing(), this);
  }

  /** A message took its place at the end of its lanes, with all that it needs. */
  void came(OpenMessage message, Set<PostedAs> posted, Step step) {
    Tie tie = message.tie;
    if (tie == null) {
      return;
    }
    await(tie, message.received.needs(), posted);
    numbers.take(tie, message.received.numbers());
    numbers.await(tie, message.received.numbers(), ties);
    if (!tie.waits.isEmpty()) {
      setDeadline(tie, message, step);
    }
    List<Series.Member> taken = List.copyOf(tie.members); // one that fails at once gives them back
    stand(tie, message, step);
    numbers.wake(taken, step);
  }

  /** It stands at the end of its lanes, or in its place again. */
  private void stand(Tie tie, OpenMessage message, Step step) {
    ties.place(tie, message.lanes, message.ranks);
    offer(tie);
    failInCycle(tie, message, step);
    order.unsettle(tie);
    order.settle(step);
  }

  /** Begins to wait for what it needs and nobody has brought. */
  private void await(Tie tie, List<Need> needs, Set<PostedAs> posted) {
    for (Need need : needs) {
      if (need.anyOf().stream().noneMatch(posted::contains) && !ties.known(need)) {
        begin(tie, need);
      }
    }
  }

  private void begin(Tie tie, Need need) {
    Wait wait = new Wait(tie, need);
    ties.begin(wait);
    expectAnew(wait);
  }

  /** Expects what is needed from the first who may bring it without waiting for the one in need. */
  private void expectAnew(Wait wait) {
    Tie other = ties.firstAble(wait, tie -> !cycles.waitsFor(tie, wait.who));
    ties.expect(wait, other);
    if (other == null && ties.firstAble(wait, tie -> true) != null) {
      doubtful.add(wait);
    } else {
      doubtful.remove(wait);
    }
  }

  private void offer(Tie tie) {
    if (tie.able()) {
      ties.offer(tie).forEach(this::expectAnew);
    }
  }

  private void setDeadline(Tie tie, OpenMessage message, Step step) {
    Instant next = null;
    for (Wait wait : tie.waits) {
      Instant until = wait.need.until();
      if (until != null && !wait.overdue && (next == null || until.isBefore(next))) {
        next = until;
      }
    }
    tie.deadline = null;
    step.waitsUntil(message, next);
    if (next != null) {
      recall.at(next, tie);
    }
  }

  private void fail(OpenMessage message, Reason reason, String detail, Step step) {
    step.move(message, Status.FAILED, reason, detail);
    traffic.left(message, step);
  }

  /** Leaves a message where it is found when what it needs has come. */
  void hold(OpenMessage message, boolean first, Step step) {
    Tie tie = message.tie;
    if (tie == null) {
      return;
    }
    ties.held.add(tie);
    step.explain(message, tie.reason(), tie.missing());
    if (first && ties.held.size() > state.holding.gate()) {
      if (message.parked == Parked.PREREQUISITE && !message.leaves && !step.changed(message)) {
        state.forget(message); // as the table has it, it was read for nothing
      } else {
        step.park(message, Parked.PREREQUISITE);
      }
    }
  }

  /** A message was posted, closed or failed. */
  void left(OpenMessage message, Step step) {
    Tie tie = message.tie;
    if (tie == null) {
      return;
    }
    if (message.ranks.isEmpty()) {
      ties.unplace(tie);
      numbers.left(tie, ties, step);
    }
    if (message.status.closed()) {
      List.copyOf(tie.waits).forEach(ties::end);
      ties.held.remove(tie);
      tie.deadline = null;
    }
    if (message.status == Status.POSTED) {
      for (PostedAs fact : tie.facts) {
        step.remember(message, fact);
        ties.awaiting(fact).forEach(wait -> met(wait, step));
      }
    }
    for (Wait wait : List.copyOf(tie.requiredBy)) {
      expectAgain(wait, step);
    }
    List.copyOf(doubtful).forEach(wait -> expectAgain(wait, step));
  }

  /** These were posted before there was this broker: whoever waits for them goes on. */
  void imported(List<PostedAs> facts, Step step) {
    for (PostedAs fact : facts) {
      step.remember(fact);
      ties.awaiting(fact).forEach(wait -> met(wait, step));
    }
  }

  /** What was expected does not come that way: somebody else may bring it, or nobody. */
  private void expectAgain(Wait wait, Step step) {
    if (!wait.who.waits.contains(wait)) {
      doubtful.remove(wait);
      return;
    }
    expectAnew(wait);
    OpenMessage message = wait.who.message;
    if (wait.on != null) {
      order.unsettle(wait.on);
    } else if (message != null) {
      failInCycle(wait.who, message, step);
    } else if (doubtful.contains(wait)) {
      recall.late(wait.who);
    }
  }

  private void failInCycle(Tie tie, OpenMessage message, Step step) {
    boolean waits =
        message.status == Status.SUBMITTED || (message.status == Status.RETRY && tie.untried());
    String cycle = waits ? cycles.closedBy(tie) : null;
    if (cycle != null) {
      fail(message, Reason.PREREQUISITE, cycle, step);
    }
  }

  /** What somebody waited for has come. */
  void met(Wait wait, Step step) {
    Tie tie = wait.who;
    ties.end(wait);
    doubtful.remove(wait);
    OpenMessage message = tie.message;
    if (message != null) {
      if (tie.waits.isEmpty()) {
        complete(tie, message, step);
      }
      step.reconsider(List.of(message));
    } else if (tie.waits.isEmpty()) {
      recall.woken(tie);
    }
  }

  /** It has all that it needs. */
  private void complete(Tie tie, OpenMessage message, Step step) {
    ties.held.remove(tie);
    tie.deadline = null;
    if (message.status == Status.SUBMITTED) {
      step.waitsUntil(message, null);
      if (awaits(message)) {
        step.explain(message, Reason.TURN, null);
      }
    } else if (message.status == Status.FAILED && awaits(message)) {
      step.move(message, Status.RETRY, message.reason, "it waits for nothing more");
      if (!message.inPlace()) {
        Numbers.release(message, step);
        state.lanes.joinAtEnd(message, state.newestSeq());
      }
      stand(tie, message, step);
    }
  }

  private static boolean awaits(OpenMessage message) {
    return message.reason == Reason.PREREQUISITE || message.reason == Reason.GAP;
  }

  /** A person has a failed message tried again: it waits again for what it needs. */
  void again(OpenMessage message, Step step) {
    Tie tie = message.tie;
    if (tie != null) {
      for (Wait wait : tie.waits) {
        wait.overdue = wait.need.until() != null;
      }
      stand(tie, message, step);
    }
  }

  /** It has another document: what it needs and what others may expect of it begins anew. */
  void revised(OpenMessage message, Set<PostedAs> posted, Step step) {
    Tie before = message.tie;
    List<Wait> expecting = ties.renew(message);
    Tie tie = message.tie;
    if (tie != null) {
      await(tie, message.received.needs(), posted);
      if (before != null) {
        Numbers.handOver(before, tie);
      }
      numbers.await(tie, message.received.numbers(), ties);
      for (Wait wait : tie.waits) {
        if (wait.on != null) {
          order.unsettle(wait.on); // it may stand behind the one that needs it now
        }
      }
      if (message.status == Status.SUBMITTED) {
        setDeadline(tie, message, step);
      }
      stand(tie, message, step);
      if (tie.waits.isEmpty()) {
        complete(tie, message, step);
      }
    }
    expecting.forEach(wait -> expectAgain(wait, step));
    List.copyOf(doubtful).forEach(wait -> expectAgain(wait, step));
  }

  /** A message that only the table had is in memory, for a person's decision about it. */
  void adopted(OpenMessage message, Set<PostedAs> posted) {
    Tie tie = message.tie;
    if (tie != null && tie.waits.isEmpty()) {
      await(tie, message.received.needs(), posted);
    }
  }

  /** A person does without something that a message needs; returns an objection, or null. */
  @Nullable String waive(
      OpenMessage message, @Nullable String prerequisite, String why, String who, Step step) {
    Tie tie = message.tie;
    List<Wait> waits =
        tie == null ? List.of() : tie.waits.stream().filter(wait -> wait.member == null).toList();
    if (tie == null || waits.isEmpty()) {
      return "Message %d waits for no prerequisite; there is nothing to waive%s"
          .formatted(
              message.seq(),
              message.waits() ? ". It waits for a number: close the gap of its lane" : "");
    }
    List<Wait> meant =
        waits.stream()
            .filter(wait -> prerequisite == null || names(prerequisite, wait.need.text()))
            .toList();
    if (meant.size() != 1) {
      return "Message %d %s; name one of these as the prerequisite to waive%s"
          .formatted(
              message.seq(),
              tie.missing(),
              prerequisite == null ? "" : ", not '" + prerequisite + "'");
    }
    Wait waived = meant.get(0);
    List<Need> needs = new ArrayList<>(message.received.needs());
    needs.remove(waived.need);
    step.reread(message);
    message.received = message.received.needing(List.copyOf(needs));
    step.decided(message, "waived " + waived.need.text() + ": " + why, who);
    met(waived, step);
    List.copyOf(doubtful).forEach(wait -> expectAgain(wait, step));
    return null;
  }

  /** A prerequisite is named in full, or by its beginning: the operation, or the word field. */
  private static boolean names(String prerequisite, String text) {
    String name = prerequisite.strip();
    return text.equals(name) || text.startsWith(name + " ");
  }

  /** Does what is due. */
  void timePassed(Step step) {
    for (Tie tie = recall.due(step.now()); tie != null; tie = recall.due(step.now())) {
      OpenMessage message = tie.message;
      if (message == null) {
        recall.late(tie);
      } else {
        overdue(tie, message, step);
      }
    }
  }

  private void overdue(Tie tie, OpenMessage message, Step step) {
    boolean fails = false;
    for (Wait wait : List.copyOf(tie.waits)) {
      Instant until = wait.need.until();
      if (until != null && !wait.overdue && !until.isAfter(step.now())) {
        wait.overdue = true;
        fails |= wait.need.fails();
        numbers.overdue(wait, message, step);
      }
    }
    setDeadline(tie, message, step);
    if (fails && message.status == Status.SUBMITTED) {
      fail(message, tie.reason(), tie.missing(), step);
    } else {
      step.reconsider(List.of(message));
    }
  }

  /** Restores the order; returns whether anything moved. */
  boolean settle(Step step) {
    return order.settle(step);
  }

  /** When something is due; {@link Instant#MIN} where something has to be read; null for never. */
  @Nullable Instant nextDue() {
    return order.wanted().isEmpty() ? recall.next() : Instant.MIN;
  }

  /** Parked messages that have to be read, because something came of what they waited for. */
  List<Page> pages() {
    Set<Long> seqs = recall.toRead(order.wanted());
    return seqs.isEmpty() ? List.of() : List.of(new Page.OfMessages(List.copyOf(seqs)));
  }

  /** These were read. */
  void read(Page.OfMessages page, Step step) {
    for (long seq : page.seqs()) {
      boolean late = recall.read(seq);
      Tie tie = ties.tie(seq);
      OpenMessage message = tie == null ? null : tie.message;
      if (tie != null && message != null) {
        if (late) {
          overdue(tie, message, step);
          failInCycle(tie, message, step);
        } else if (tie.waits.isEmpty()) {
          complete(tie, message, step);
        }
        step.reconsider(List.of(message));
      }
    }
  }

  /** The facts that loaded messages need. */
  Set<PostedAs> needed() {
    Set<PostedAs> needed = new HashSet<>();
    for (Tie tie : ties.all()) {
      tie.needs.forEach(need -> needed.addAll(need.anyOf()));
    }
    return needed;
  }

  /** All that was loaded waits again for what it waited for. */
  void recover(Set<PostedAs> posted) {
    List<Tie> all = new ArrayList<>(ties.all());
    all.sort(Comparator.comparingLong(tie -> tie.seq));
    all.forEach(this::offer);
    all.stream().filter(tie -> !tie.ranks.isEmpty()).forEach(t -> numbers.take(t, t.numbers));
    for (Tie tie : all) {
      await(tie, tie.needs, posted);
      numbers.await(tie, tie.numbers, ties);
      for (Wait wait : tie.waits) {
        Instant until = wait.need.until();
        Instant next = tie.deadline;
        wait.overdue = until != null && (next == null || until.isBefore(next));
      }
      Instant next = tie.deadline;
      if (next != null && !tie.waits.isEmpty()) {
        recall.at(next, tie);
      }
    }
    order.unsettleWhatIsStuck(all);
  }

  /** Wakes those for whom all has come in the meantime. */
  void wake(Step step) {
    for (Tie tie : List.copyOf(ties.all())) {
      if (tie.waits.isEmpty() && !(tie.needs.isEmpty() && tie.members.isEmpty())) {
        OpenMessage message = tie.message;
        if (message != null) {
          complete(tie, message, step);
          step.reconsider(List.of(message));
        } else {
          recall.woken(tie);
        }
      }
    }
  }
}

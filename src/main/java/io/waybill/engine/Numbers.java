package io.waybill.engine;

import io.waybill.message.ClosedGap;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.Need;
import io.waybill.message.NumberRange;
import io.waybill.message.Numbered;
import io.waybill.message.Order;
import io.waybill.message.Reason;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import io.waybill.spec.Numbering;
import io.waybill.spec.Numbering.Stray;
import io.waybill.spec.Numbering.Then;
import io.waybill.spec.Sequencing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lanes that follow numbers. A message holds its number as long as it stands in its lanes; one that
 * left them and comes back goes on without. What it waits for by its number is a {@link Wait} like
 * any other, but it ends when the missing numbers are there, not when they are posted: from then on
 * the order rule has it stand behind them.
 */
final class Numbers {

  /** So many of those who wait in a lane say at once what is still missing; the others in time. */
  private static final int MOST_TOLD = 64;

  private final Sequencing sequencing;
  private final Requirements requirements;
  private final Map<LaneName, Series> all = new HashMap<>();

  Numbers(Sequencing sequencing, Requirements requirements) {
    this.sequencing = sequencing;
    this.requirements = requirements;
  }

  /**
   * What the numbers of a document that comes are worth.
   *
   * @param held those that it may hold
   * @param policy what happens to it as one of them does not fit; null where all do
   * @param detail why it does not fit
   */
  record Judgement(List<Numbered> held, @Nullable Stray policy, @Nullable String detail) {

    private static final Judgement NONE = new Judgement(List.of(), null, null);

    /** Whether it cannot be posted. */
    boolean refuses() {
      return policy == Stray.FAIL || policy == Stray.SKIP;
    }

    Status status() {
      return policy == Stray.SKIP ? Status.SKIPPED : Status.FAILED;
    }
  }

  /** Judges the numbers of a document. */
  Judgement judge(String operation, List<Numbered> numbers, KnownNumbers known, Instant now) {
    if (numbers.isEmpty()) {
      return Judgement.NONE;
    }
    List<Numbered> held = new ArrayList<>(numbers.size());
    Map<LaneName, Series> found = new HashMap<>();
    Stray policy = null;
    String detail = null;
    for (Numbered each : numbers) {
      Numbering numbering = sequencing.numbering(operation, each.lane().nameSpace());
      Series series = numbering == null ? null : series(each.lane(), known);
      if (numbering == null || series == null) {
        continue;
      }
      boolean twice = twice(series, each, known);
      if (!twice && !series.done(each.number())) {
        Duration patience = numbering.patience();
        Instant until = patience == null ? null : now.plus(patience);
        held.add(new Numbered(each.lane(), each.number(), until));
        found.put(each.lane(), series);
      } else {
        Stray stray = twice ? numbering.twice() : numbering.past();
        if (policy == null || stray.compareTo(policy) < 0) {
          policy = stray;
          detail = misfit(series, each.number(), twice, stray);
        }
      }
    }
    Judgement judgement = new Judgement(List.copyOf(held), policy, detail);
    if (judgement.refuses()) {
      return new Judgement(List.of(), policy, detail);
    }
    all.putAll(found);
    return judgement;
  }

  private boolean twice(Series series, Numbered each, KnownNumbers known) {
    long number = each.number();
    if (series.holder(number) != null) {
      return true;
    }
    Long first = sequencing.firstNumbers().get(each.lane().nameSpace());
    return series.done(number)
        && (first == null || number >= first)
        && !series.closed(number)
        && !known.closed().contains(each);
  }

  private static String misfit(Series series, long number, boolean twice, Stray stray) {
    Tie holder = series.holder(number);
    String what =
        twice
            ? "number %d of lane %s came before, in %s"
                .formatted(
                    number,
                    series.lane,
                    holder == null ? "another message" : "message " + holder.seq)
            : "number %d of lane %s is from the past: it is not waited for, the next one is %d"
                .formatted(number, series.lane, series.next());
    return stray == Stray.POST ? what + "; it goes on without its number" : what;
  }

  /** What is known of a lane; null where its lock name space has no numbers. */
  private @Nullable Series series(LaneName lane, KnownNumbers known) {
    Long first = sequencing.firstNumbers().get(lane.nameSpace());
    if (first == null) {
      return null;
    }
    Series remembered = all.get(lane);
    if (remembered != null) {
      return remembered;
    }
    SeriesState state = known.series().get(lane);
    return new Series(state == null ? new SeriesState(lane, first - 1, List.of(), 0) : state);
  }

  /** A message stands in its lanes: it holds its numbers, and waits for missing ones before it. */
  void take(Tie tie, List<Numbered> numbers) {
    for (Numbered each : numbers) {
      Series series = all.get(each.lane());
      if (series != null && !series.done(each.number())) {
        series.hold(each.number(), tie);
        tie.members.add(new Series.Member(series, each.number()));
      }
    }
  }

  /** A message is tied to others anew: it keeps its numbers. */
  static void handOver(Tie from, Tie to) {
    for (Series.Member member : from.members) {
      member.series().handOver(member.number(), to);
      to.members.add(member);
    }
    from.members.clear();
  }

  /** It begins to wait for the numbers missing before its own. */
  void await(Tie tie, List<Numbered> numbers, Ties ties) {
    for (Series.Member member : tie.members) {
      if (member.number() > member.series().next()) {
        ties.begin(new Wait(tie, need(tie, member, numbers), member));
      }
    }
  }

  private Need need(Tie tie, Series.Member member, List<Numbered> numbers) {
    LaneName lane = member.series().lane;
    Instant until = null;
    for (Numbered each : numbers) {
      until = each.lane().equals(lane) ? each.until() : until;
    }
    Numbering numbering = sequencing.numbering(tie.operation, lane.nameSpace());
    return new Need(
        "number",
        List.of(),
        numbering == null ? null : numbering.patience(),
        numbering != null && numbering.then() == Then.FAIL,
        until);
  }

  /** Whether nobody with a lower number has still to be brought before it. */
  static boolean leads(OpenMessage message) {
    Tie tie = message.tie;
    if (tie != null) {
      for (Series.Member member : tie.members) {
        Tie before = member.series().before(member.number());
        OpenMessage other = before == null ? null : before.message;
        if (before != null && (other == null || other.status != Status.POSTING)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Those who waited for the numbers of a message that came wait no more. */
  void wake(List<Series.Member> members, Step step) {
    for (Series.Member member : members) {
      if (member.series().followed(member.number())) {
        wake(member.series(), step);
      }
    }
  }

  private void wake(Series series, Step step) {
    for (Tie tie : series.released()) {
      for (Wait wait : List.copyOf(tie.waits)) {
        if (wait.member != null && wait.member.series() == series) {
          requirements.met(wait, step);
        }
      }
    }
    tell(series, step);
  }

  /** Less is missing for those who wait. */
  private static void tell(Series series, Step step) {
    series.waiting().stream()
        .limit(MOST_TOLD)
        .forEach(
            tie -> {
              OpenMessage message = tie.message;
              if (message != null) {
                step.reconsider(List.of(message));
              }
            });
  }

  /** A message left its lanes: its numbers are done. */
  void left(Tie tie, Ties ties, Step step) {
    for (Series.Member member : tie.members) {
      int before = member.series().version();
      member.series().finish(member.number());
      step.changed(member.series(), before, List.of());
    }
    tie.members.clear();
    for (Wait wait : List.copyOf(tie.waits)) {
      if (wait.member != null) {
        ties.end(wait);
      }
    }
  }

  /** A message comes back to lanes that it left: it goes on without its numbers. */
  static void release(OpenMessage message, Step step) {
    if (!message.received.numbers().isEmpty()) {
      step.reread(message);
      message.received = message.received.unnumbered();
    }
  }

  /** What a message waits for did not come in time, and its lane goes on without. */
  void overdue(Wait wait, OpenMessage message, Step step) {
    Series.Member member = wait.member;
    if (member == null || message.status != Status.SUBMITTED) {
      return;
    }
    Series series = member.series();
    Numbering numbering = sequencing.numbering(wait.who.operation, series.lane.nameSpace());
    Duration time = wait.need.within();
    if (numbering != null && numbering.then() == Then.SKIP && time != null) {
      List<NumberRange> missing = series.missing(member.number());
      String why =
          "%s of lane %s did not come within %s: the lane goes on without"
              .formatted(NumberRange.text(missing), series.lane, Tie.told(time));
      step.happened(message, Reason.GAP, why);
      close(series, member.number() - 1, null, why, step);
    }
  }

  private void close(Series series, long upTo, @Nullable String who, String why, Step step) {
    int before = series.version();
    List<ClosedGap> closed = new ArrayList<>();
    for (NumberRange range : series.close(upTo)) {
      closed.add(new ClosedGap(range, step.now(), who, why));
    }
    step.changed(series, before, closed);
    wake(series, step);
  }

  /** A person does without missing numbers; returns why that is not possible, or null. */
  @Nullable String ordered(Order order, KnownNumbers known, Step step) {
    LaneName lane = LaneName.parse(order.name());
    Long upTo = order.upTo();
    Series series = series(lane, known);
    if (series == null) {
      return "The lanes of lock name space '%s' follow no numbers; those of these do: %s"
          .formatted(lane.nameSpace(), String.join(", ", sequencing.firstNumbers().keySet()));
    }
    if (upTo == null || upTo < series.next()) {
      return "Lane %s misses no number up to %s; the first one missing is %d"
          .formatted(lane, upTo, series.next());
    }
    all.put(lane, series);
    for (Tie tie : series.waiting()) {
      OpenMessage message = tie.message;
      if (message != null) {
        step.decided(
            message,
            "%s of lane %s not waited for: %s"
                .formatted(NumberRange.text(series.missing(upTo + 1)), lane, order.why()),
            order.who());
        break;
      }
    }
    close(series, upTo, order.who(), order.why(), step);
    return null;
  }

  /** The numbers of messages that were loaded: what is known of them has to be looked up. */
  Set<Numbered> needed(Ties ties) {
    Set<Numbered> needed = new HashSet<>();
    for (Tie tie : ties.all()) {
      if (!tie.ranks.isEmpty()) {
        tie.numbers.forEach(each -> needed.add(new Numbered(each.lane(), each.number())));
      }
    }
    return needed;
  }

  /** Takes over what is known of them. */
  void load(Set<Numbered> needed, KnownNumbers known) {
    for (Numbered each : needed) {
      Series series = series(each.lane(), known);
      if (series != null) {
        all.put(each.lane(), series);
      }
    }
  }

  /** The table has a lane's numbers in that version. */
  void durable(LaneName lane, int version) {
    Series series = all.get(lane);
    if (series != null) {
      series.durable(version);
      if (series.unused() && series.version() == version) {
        all.remove(lane);
      }
    }
  }

  /** How many lanes with numbers are in memory. */
  int size() {
    return all.size();
  }
}

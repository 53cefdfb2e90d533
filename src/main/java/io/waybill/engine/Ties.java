package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Received;
import io.waybill.spec.Operation;
import io.waybill.spec.Specification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All ties, and how they find each other: by lane, by what they bring, and by what they miss.
 * Without a requirement anywhere in the specification there are none, and nothing is done here.
 */
final class Ties {

  /** The ties in one lane, by rank. */
  static final class InLane {
    final TreeMap<Long, Tie> all = new TreeMap<>();

    /** Those of operations that come after others. */
    final TreeMap<Long, Tie> comingAfter = new TreeMap<>();
  }

  private static final InLane NOBODY = new InLane();
  private static final TreeMap<Long, Tie> NONE = new TreeMap<>();

  /** Those in memory that wait. */
  final Set<Tie> held = new HashSet<>();

  private final Map<String, Set<String>> after = new HashMap<>();
  private final Set<PostedAs.Kind> required;
  private final Set<String> tied = new HashSet<>();
  private final Map<Long, Tie> ties = new HashMap<>();
  private final Map<LaneName, InLane> lanes = new HashMap<>();
  private final Map<PostedAs, TreeMap<Long, Tie>> bringing = new HashMap<>();
  private final Map<PostedAs, Set<Wait>> awaiting = new HashMap<>();

  Ties(Specification specification) {
    required = new HashSet<>(specification.required());
    required.forEach(kind -> tied.add(kind.operation()));
    tied.addAll(specification.sequencing().numbered());
    for (Operation operation : specification.operations().values()) {
      if (!operation.requires().isEmpty() || !operation.announces().isEmpty()) {
        tied.add(operation.name());
      }
      if (!operation.after().isEmpty()) {
        after.put(operation.name(), operation.after());
        tied.add(operation.name());
        tied.addAll(operation.after());
      }
    }
  }

  /** Further facts are needed, by messages that came under an earlier specification. */
  void require(Collection<PostedAs.Kind> kinds) {
    required.addAll(kinds);
    kinds.forEach(kind -> tied.add(kind.operation()));
  }

  /** Under what posted messages have to be remembered. */
  Set<PostedAs.Kind> required() {
    return required;
  }

  /** The operations whose messages are tied. */
  Set<String> operations() {
    return tied;
  }

  /** Whether anything can be tied at all. */
  boolean any() {
    return !tied.isEmpty();
  }

  private boolean tied(Received received, List<LaneName> in) {
    return any()
        && (tied.contains(received.operation()) || in.size() > 1 || !received.needs().isEmpty());
  }

  /** A message is in memory: it gets its tie, where it has or needs one. */
  void attach(OpenMessage message) {
    if (!any()) {
      return;
    }
    Tie known = ties.get(message.seq());
    if (known != null) {
      known.message = message;
      message.tie = known;
    } else if (!message.status.closed() && tied(message.received, message.lanes)) {
      Tie tie = new Tie(message.row(), message.exit, facts(message.received, message.lanes));
      tie.message = message;
      message.tie = tie;
      ties.put(tie.seq, tie);
    }
  }

  /**
   * A message was read again: what ties it to others may be different. Returns who expected
   * something of it.
   */
  List<Wait> renew(OpenMessage message) {
    Tie old = message.tie;
    List<Wait> expecting = List.of();
    if (old != null) {
      expecting = List.copyOf(old.requiredBy);
      old.deadline = null;
      held.remove(old);
      remove(old);
      message.tie = null;
    }
    attach(message);
    return expecting;
  }

  /** The tie of a message that only the table has. */
  Tie load(MessageRow row, @Nullable Exit exit) {
    List<LaneName> in = row.standing().lanes();
    Tie tie = new Tie(row, exit, facts(row.received(), in));
    ties.put(tie.seq, tie);
    place(tie, in, row.standing().ranks());
    return tie;
  }

  private List<PostedAs> facts(Received received, List<LaneName> in) {
    List<PostedAs> facts = new ArrayList<>(received.announces());
    String operation = received.operation();
    if (required.contains(new PostedAs.Kind(operation, By.KEY))) {
      in.stream()
          .map(lane -> new PostedAs(operation, By.KEY, lane.key()))
          .distinct()
          .forEach(facts::add);
    }
    if (required.contains(new PostedAs.Kind(operation, By.ID))) {
      facts.add(new PostedAs(operation, By.ID, received.messageId()));
    }
    String businessId = received.businessId();
    if (businessId != null && required.contains(new PostedAs.Kind(operation, By.BUSINESS_ID))) {
      facts.add(new PostedAs(operation, By.BUSINESS_ID, businessId));
    }
    return List.copyOf(facts);
  }

  /** Memory forgets a message, because it is closed, at rest, or parked. */
  void detach(OpenMessage message) {
    Tie tie = message.tie;
    if (tie == null) {
      return;
    }
    message.tie = null;
    held.remove(tie);
    if (message.status.closed() || (message.atRest() && tie.waits.isEmpty())) {
      remove(tie);
    } else {
      tie.leave(message);
    }
  }

  private void remove(Tie tie) {
    ties.remove(tie.seq);
    unplace(tie);
    withdraw(tie);
    List.copyOf(tie.waits).forEach(this::end);
  }

  @Nullable Tie tie(long seq) {
    return ties.get(seq);
  }

  Collection<Tie> all() {
    return ties.values();
  }

  /** It stands there now. */
  void place(Tie tie, List<LaneName> in, List<Long> ranks) {
    unplace(tie);
    if (ranks.size() != in.size()) {
      return;
    }
    tie.lanes = in;
    tie.ranks = ranks;
    for (int i = 0; i < in.size(); i++) {
      InLane there = lanes.computeIfAbsent(in.get(i), lane -> new InLane());
      there.all.put(ranks.get(i), tie);
      if (after.containsKey(tie.operation)) {
        there.comingAfter.put(ranks.get(i), tie);
      }
    }
  }

  /** It holds no place any more. */
  void unplace(Tie tie) {
    for (int i = 0; i < tie.lanes.size(); i++) {
      InLane there = lanes.get(tie.lanes.get(i));
      if (there != null) {
        there.all.remove(tie.ranks.get(i));
        there.comingAfter.remove(tie.ranks.get(i));
        if (there.all.isEmpty()) {
          lanes.remove(tie.lanes.get(i));
        }
      }
    }
    tie.lanes = List.of();
    tie.ranks = List.of();
  }

  /** Who stands in a lane, by rank. */
  NavigableMap<Long, Tie> in(LaneName lane) {
    return lanes.getOrDefault(lane, NOBODY).all;
  }

  /** The operations that this one's messages come after. */
  Set<String> before(Tie tie) {
    return after.getOrDefault(tie.operation, Set.of());
  }

  /** Those in its lanes that it comes after, by operation or by number. */
  List<Tie> comesAfter(Tie tie) {
    Set<String> before = before(tie);
    if ((before.isEmpty() && tie.members.isEmpty()) || !tie.untried()) {
      return List.of();
    }
    List<Tie> others = new ArrayList<>();
    for (Series.Member member : tie.members) {
      Tie lower = member.series().before(member.number());
      if (lower != null) {
        others.add(lower);
      }
    }
    if (before.isEmpty()) {
      return others;
    }
    for (LaneName lane : tie.lanes) {
      for (Tie other : in(lane).values()) {
        if (other != tie && before.contains(other.operation)) {
          others.add(other);
        }
      }
    }
    return others;
  }

  /** Whether an open message waits for this one. */
  boolean awaited(Tie tie) {
    if (!tie.requiredBy.isEmpty() || followed(tie)) {
      return true;
    }
    for (LaneName lane : tie.lanes) {
      for (Tie other : lanes.getOrDefault(lane, NOBODY).comingAfter.values()) {
        if (other != tie && other.untried() && before(other).contains(tie.operation)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean followed(Tie tie) {
    return tie.members.stream().anyMatch(member -> member.series().followed(member.number()));
  }

  /** Whether an open message waits for this one, or for what this one too may bring. */
  boolean missed(Tie tie) {
    for (PostedAs fact : tie.facts) {
      for (Wait wait : awaiting.getOrDefault(fact, Set.of())) {
        if (wait.who != tie) {
          return true;
        }
      }
    }
    return awaited(tie);
  }

  /** It may be posted, and others may expect that. Returns those who wait and expect nobody. */
  List<Wait> offer(Tie tie) {
    Set<Wait> unexpecting = new LinkedHashSet<>();
    for (PostedAs fact : tie.facts) {
      bringing.computeIfAbsent(fact, f -> new TreeMap<>()).put(tie.seq, tie);
      for (Wait wait : awaiting.getOrDefault(fact, Set.of())) {
        if (wait.on == null && wait.who != tie) {
          unexpecting.add(wait);
        }
      }
    }
    return List.copyOf(unexpecting);
  }

  /** Nothing more is to be expected of it. */
  private void withdraw(Tie tie) {
    for (PostedAs fact : tie.facts) {
      TreeMap<Long, Tie> others = bringing.get(fact);
      if (others != null && others.remove(tie.seq) != null && others.isEmpty()) {
        bringing.remove(fact);
      }
    }
  }

  /** Whether one of the facts is certain by a message that memory has as posted. */
  boolean known(Need need) {
    for (PostedAs fact : need.anyOf()) {
      TreeMap<Long, Tie> those = bringing.get(fact);
      if (those != null && those.values().stream().anyMatch(Tie::posted)) {
        return true;
      }
    }
    return false;
  }

  /** The first in the order of the journal that may bring what is needed; null for nobody. */
  @Nullable Tie firstAble(Wait wait, Predicate<Tie> suits) {
    Tie first = null;
    for (PostedAs fact : wait.need.anyOf()) {
      for (Tie tie : bringing.getOrDefault(fact, NONE).values()) {
        if (first != null && tie.seq > first.seq) {
          break;
        }
        if (tie != wait.who && tie.able() && suits.test(tie)) {
          first = tie;
          break;
        }
      }
    }
    return first;
  }

  /** Everyone who may bring what is needed, in the order of the journal. */
  List<Tie> able(Wait wait) {
    TreeMap<Long, Tie> able = new TreeMap<>();
    for (PostedAs fact : wait.need.anyOf()) {
      bringing
          .getOrDefault(fact, NONE)
          .values()
          .forEach(
              tie -> {
                if (tie != wait.who && tie.able()) {
                  able.put(tie.seq, tie);
                }
              });
    }
    return List.copyOf(able.values());
  }

  /** Begins to wait. */
  void begin(Wait wait) {
    wait.who.waits.add(wait);
    wait.need
        .anyOf()
        .forEach(fact -> awaiting.computeIfAbsent(fact, f -> new LinkedHashSet<>()).add(wait));
  }

  /** Waits no more. */
  void end(Wait wait) {
    wait.who.waits.remove(wait);
    for (PostedAs fact : wait.need.anyOf()) {
      Set<Wait> others = awaiting.get(fact);
      if (others != null && others.remove(wait) && others.isEmpty()) {
        awaiting.remove(fact);
      }
    }
    expect(wait, null);
  }

  /** Expects what is needed from that message. */
  void expect(Wait wait, @Nullable Tie from) {
    if (wait.on != null) {
      wait.on.requiredBy.remove(wait);
    }
    wait.on = from;
    if (from != null) {
      from.requiredBy.add(wait);
    }
  }

  /** Everyone who waits for this. */
  List<Wait> awaiting(PostedAs fact) {
    return List.copyOf(awaiting.getOrDefault(fact, Set.of()));
  }

  /** How many messages have a tie in memory. */
  int size() {
    return ties.size();
  }
}

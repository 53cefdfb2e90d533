package io.waybill.broker;

import io.waybill.engine.Decision;
import io.waybill.journal.Group;
import io.waybill.journal.Journal;
import io.waybill.message.ClosedGap;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.ReplyTo;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import io.waybill.message.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A group being put together from decisions: several changes of one row become one, what may happen
 * afterwards is kept for the time after the commit.
 */
final class Draft {

  private final long number;
  private final List<Input> inputs = new ArrayList<>();
  private final Map<Long, Group.Insert> inserts = new LinkedHashMap<>();
  private final Map<Long, Group.Update> updates = new LinkedHashMap<>();
  private final List<HistoryEntry> history = new ArrayList<>();
  private final Map<String, DestinationState> destinations = new LinkedHashMap<>();
  private final Map<String, LinkState> links = new LinkedHashMap<>();
  private final Map<String, PauseState> pauses = new LinkedHashMap<>();
  private final Map<LaneName, Group.SeriesChange> series = new LinkedHashMap<>();
  private final List<Group.Audit> audits = new ArrayList<>();
  private final List<Decision.Post> posts = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();
  private final Set<Integer> partitions = new HashSet<>();
  private final Map<Long, String> traces = new HashMap<>();
  private final List<Group.Posted> posted = new ArrayList<>();
  private final Map<Journal.StepKey, StepRow> steps = new LinkedHashMap<>();
  private final Map<Long, StoredReply> replies = new LinkedHashMap<>();
  private final Set<Group.Asked> asked = new LinkedHashSet<>();
  private final List<Group.Revision> revisions = new ArrayList<>();

  Draft(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /** The inputs it was decided from, to be decided again if it cannot be written. */
  List<Input> inputs() {
    return inputs;
  }

  void from(Input input) {
    inputs.add(input);
  }

  void insert(MessageRow row, @Nullable Payload payload) {
    if (payload == null) {
      throw new IllegalStateException("A message came without a document: " + row);
    }
    partitions.add(row.received().partition());
    inserts.put(row.seq(), new Group.Insert(row, payload));
  }

  void change(Decision.Changed changed) {
    MessageRow row = changed.row();
    partitions.add(row.received().partition());
    Group.Insert insert = inserts.get(row.seq());
    Group.Update update = updates.get(row.seq());
    if (insert != null) {
      inserts.put(row.seq(), new Group.Insert(row, insert.payload()));
    } else if (update != null) {
      updates.put(
          row.seq(),
          new Group.Update(
              row,
              update.fromStatus(),
              update.fromVersion(),
              update.fromParked(),
              update.reread() || changed.reread()));
    } else {
      updates.put(
          row.seq(),
          new Group.Update(
              row,
              changed.fromStatus(),
              changed.fromVersion(),
              changed.fromParked(),
              changed.reread()));
    }
  }

  void note(HistoryEntry entry) {
    history.add(entry);
  }

  void change(DestinationState state) {
    destinations.put(state.name(), state);
  }

  void change(LinkState state) {
    links.put(state.name(), state);
  }

  void change(PauseState state) {
    pauses.put(state.kind() + " " + state.name(), state);
  }

  void audit(Decision.Audited audited) {
    Order order = audited.order();
    audits.add(
        new Group.Audit(
            audited.at(), order.who(), order.verb().text(), order.target(), order.why()));
  }

  void change(Decision.SeriesChanged changed) {
    series.merge(
        changed.state().lane(),
        new Group.SeriesChange(changed.state(), changed.fromVersion(), changed.closed()),
        Draft::both);
  }

  private static Group.SeriesChange both(Group.SeriesChange some, Group.SeriesChange more) {
    List<ClosedGap> closed = Stream.concat(some.closed().stream(), more.closed().stream()).toList();
    return new Group.SeriesChange(more.state(), some.fromVersion(), closed);
  }

  Collection<Group.SeriesChange> series() {
    return series.values();
  }

  /** A person's action that is no order. */
  void audit(Group.Audit audit) {
    audits.add(audit);
  }

  /** Whether nothing may be decided before it is durable. */
  boolean alone() {
    return !inputs.isEmpty() && inputs.get(0) instanceof Input.Alone;
  }

  Collection<LinkState> links() {
    return links.values();
  }

  void remember(PostedAs fact, long seq) {
    posted.add(new Group.Posted(fact, seq));
  }

  void change(StepRow step) {
    steps.merge(
        new Journal.StepKey(step.seq(), step.run(), step.step()),
        step,
        (earlier, later) -> later.over(earlier));
  }

  /** The first of a message is the one that is kept. */
  void reply(StoredReply reply) {
    replies.putIfAbsent(reply.seq(), reply);
  }

  /** What it keeps for senders, by message. */
  Map<Long, StoredReply> replies() {
    return replies;
  }

  /** A sender wants the reply to that message there. */
  void ask(long seq, Instant at, ReplyTo to) {
    asked.add(new Group.Asked(seq, at, to));
  }

  void revise(MessageRow row, Payload payload) {
    revisions.add(new Group.Revision(row.seq(), row.standing().revision(), payload));
  }

  void post(Decision.Post post) {
    posts.add(post);
  }

  void answer(Runnable answer) {
    answers.add(answer);
  }

  List<Decision.Post> posts() {
    return posts;
  }

  List<Runnable> answers() {
    return answers;
  }

  /** To which trace a message belongs, where that is at hand. */
  void trace(long seq, @Nullable String traceId) {
    if (traceId != null) {
      traces.put(seq, traceId);
    }
  }

  /** The lines of history with the messages they are about. */
  List<StatusChange> changes() {
    List<StatusChange> changes = new ArrayList<>(history.size());
    for (HistoryEntry entry : history) {
      Group.Insert insert = inserts.get(entry.seq());
      Group.Update update = updates.get(entry.seq());
      if (insert != null) {
        String traceId = TraceContext.traceId(insert.payload().headers());
        changes.add(new StatusChange(insert.row(), entry, traceId));
      } else if (update != null) {
        changes.add(new StatusChange(update.row(), entry, traces.get(entry.seq())));
      }
    }
    return changes;
  }

  Collection<DestinationState> destinations() {
    return destinations.values();
  }

  /** Every row it writes, as it is afterwards. */
  List<MessageRow> rows() {
    List<MessageRow> rows = new ArrayList<>(inserts.size() + updates.size());
    inserts.values().forEach(insert -> rows.add(insert.row()));
    updates.values().forEach(update -> rows.add(update.row()));
    return rows;
  }

  Group group(long epoch) {
    return new Group(
        epoch,
        Set.copyOf(partitions),
        List.copyOf(inserts.values()),
        List.copyOf(updates.values()),
        List.copyOf(history),
        List.copyOf(destinations.values()),
        List.copyOf(audits),
        List.copyOf(posted),
        List.copyOf(links.values()),
        List.copyOf(pauses.values()),
        List.copyOf(replies.values()),
        List.copyOf(asked),
        List.copyOf(revisions),
        List.copyOf(series.values()),
        List.copyOf(steps.values()));
  }
}

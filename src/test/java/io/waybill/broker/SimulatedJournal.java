package io.waybill.broker;

import io.waybill.journal.Group;
import io.waybill.journal.Journal;
import io.waybill.journal.JournalException;
import io.waybill.message.Changeover;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LinkState;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Moves;
import io.waybill.message.Numbered;
import io.waybill.message.Page;
import io.waybill.message.Parked;
import io.waybill.message.ParkedLane;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import io.waybill.spec.Ordering;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A state table in memory that keeps what a database keeps: all of a group or nothing, unique keys,
 * guards, epochs. It survives the processes of a simulation and fails when told to.
 */
final class SimulatedJournal implements Journal {

  /** What may go wrong with a commit. */
  enum Fault {
    NONE,
    /** The database fails before it writes. */
    BEFORE,
    /** The database writes, and the answer is lost. */
    ANSWER_LOST,
    /** A deadlock: nothing written, repeating helps. */
    DEADLOCK
  }

  /** Every move that any simulation has made. */
  static final Set<String> MOVES_MADE = new HashSet<>();

  final TreeMap<Long, MessageRow> rows = new TreeMap<>();
  private final Map<Long, Long> epochs = new HashMap<>();
  final Map<PayloadKey, Payload> payloads = new HashMap<>();
  final Map<Long, List<HistoryEntry>> histories = new HashMap<>();
  final Set<PostingId> effects = new HashSet<>();

  /** Under which posting id each run of each message took effect, wherever that was. */
  final Map<String, PostingId> effectOfRun = new HashMap<>();

  final Set<PostedAs> posted = new HashSet<>();
  final Map<StepKey, StepRow> steps = new HashMap<>();
  final Map<Long, StoredReply> replies = new HashMap<>();
  private final Map<String, Ordering> orderings = new HashMap<>();
  final List<Changeover> changeovers = new ArrayList<>();
  private final Map<String, DestinationState> destinations = new HashMap<>();
  final Map<String, LinkState> links = new HashMap<>();
  private final Map<String, PauseState> pauses = new HashMap<>();
  final List<Group.Audit> audits = new ArrayList<>();
  final SimulatedSeries series = new SimulatedSeries();
  private final Map<MessageKey, Long> owners = new HashMap<>();
  private final RandomGenerator random;
  long epoch;

  /** How many pages of parked messages any simulation has read. */
  static long pagesRead;

  boolean reachable = true;

  /** How often, out of a thousand, a commit meets a fault. */
  int faults;

  /** Which links a message needs, by the specification of each node. */
  final Map<String, Function<MessageRow, List<String>>> needed = new HashMap<>();

  private String owner = "";

  SimulatedJournal(RandomGenerator random) {
    this.random = random;
  }

  private void reach() {
    if (!reachable) {
      throw new JournalException(JournalException.Kind.INFRASTRUCTURE, "connection refused");
    }
  }

  @Override
  public long takeOver(String node) {
    reach();
    owner = node;
    return ++epoch;
  }

  @Override
  public void readOpen(ObjLongConsumer<MessageRow> each) {
    reach();
    rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .filter(
            row -> row.standing().status() != Status.FAILED || !row.standing().ranks().isEmpty())
        .filter(row -> row.standing().parked() == null)
        .forEach(row -> each.accept(row, Objects.requireNonNull(epochs.get(row.seq()))));
  }

  private Stream<MessageRow> parked() {
    return rows.values().stream().filter(row -> row.standing().parked() != null);
  }

  @Override
  public void readParkedLanes(Consumer<ParkedLane> each) {
    reach();
    parked()
        .filter(row -> !row.standing().ranks().isEmpty())
        .flatMap(row -> row.standing().lanes().stream())
        .distinct()
        .forEach(
            lane -> {
              List<MessageRow> rows = parked(new Page.OfLane(lane, -1, Integer.MAX_VALUE));
              MessageRow first = rows.get(0);
              each.accept(
                  new ParkedLane(
                      lane,
                      first.standing().rank(lane),
                      rows.get(rows.size() - 1).standing().rank(lane),
                      first.standing().parked() != Parked.LANE));
            });
  }

  @Override
  public Set<String> parkedDestinations() {
    reach();
    return parked()
        .filter(row -> row.standing().parked() == Parked.DESTINATION)
        .map(row -> Objects.requireNonNull(row.standing().destination()))
        .collect(Collectors.toSet());
  }

  @Override
  public Map<Page, List<MessageRow>> parked(Collection<Page> pages) {
    reach();
    Map<Page, List<MessageRow>> found = new LinkedHashMap<>();
    pages.forEach(
        page -> {
          List<MessageRow> rows = parked(page);
          pagesRead += rows.isEmpty() ? 0 : 1;
          found.put(page, rows);
        });
    return found;
  }

  private List<MessageRow> parked(Page page) {
    if (page instanceof Page.OfLane ofLane) {
      return parked()
          .filter(row -> row.standing().lanes().contains(ofLane.lane()))
          .filter(row -> !row.standing().ranks().isEmpty())
          .filter(row -> row.standing().rank(ofLane.lane()) > ofLane.after())
          .sorted(Comparator.comparing(row -> row.standing().rank(ofLane.lane())))
          .limit(page.limit())
          .toList();
    }
    if (page instanceof Page.OfLink ofLink) {
      return parked()
          .filter(row -> row.standing().parked() == Parked.LINK)
          .filter(row -> ofLink.link().equals(row.standing().link()))
          .filter(row -> row.seq() > ofLink.after())
          .limit(page.limit())
          .toList();
    }
    if (page instanceof Page.OfMessages ofMessages) {
      return ofMessages.seqs().stream().map(rows::get).map(Objects::requireNonNull).toList();
    }
    Page.OfDestination ofDestination = (Page.OfDestination) page;
    return parked()
        .filter(row -> row.standing().parked() == Parked.DESTINATION)
        .filter(row -> ofDestination.destination().equals(row.standing().destination()))
        .filter(row -> row.seq() > ofDestination.after())
        .limit(page.limit())
        .toList();
  }

  @Override
  public Set<PostedAs.Kind> needed() {
    reach();
    return rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .flatMap(row -> row.received().needs().stream())
        .flatMap(need -> need.anyOf().stream())
        .map(PostedAs::kind)
        .collect(Collectors.toSet());
  }

  @Override
  public void remember(Set<PostedAs.Kind> kinds) {
    reach();
  }

  @Override
  public Map<String, Ordering> orderings() {
    reach();
    return Map.copyOf(orderings);
  }

  @Override
  public void follow(Collection<Ordering> present, List<Set<String>> changed) {
    reach();
    present.forEach(ordering -> orderings.put(ordering.operation(), ordering));
    for (Set<String> operations : changed) {
      heldBy(operations)
          .max(Long::compare)
          .ifPresent(
              last -> changeovers.add(new Changeover(changeovers.size() + 1L, operations, last)));
    }
  }

  private Stream<Long> heldBy(Set<String> operations) {
    return rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .filter(
            row -> row.standing().status() != Status.FAILED || !row.standing().ranks().isEmpty())
        .filter(row -> operations.contains(row.received().operation()))
        .map(MessageRow::seq);
  }

  @Override
  public List<Changeover> changeovers() {
    reach();
    return changeovers.stream().filter(each -> !posted.contains(each.end())).toList();
  }

  @Override
  public void readBefore(Changeover changeover, LongConsumer each) {
    reach();
    heldBy(changeover.operations())
        .filter(seq -> seq <= changeover.upTo())
        .filter(
            seq ->
                Objects.requireNonNull(rows.get(seq)).received().needs().stream()
                    .noneMatch(need -> need.anyOf().contains(changeover.end())))
        .forEach(each::accept);
  }

  @Override
  public Map<String, Long> openAt(Set<String> names) {
    reach();
    return rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .map(row -> row.standing().destination())
        .filter(Objects::nonNull)
        .filter(names::contains)
        .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
  }

  @Override
  public Set<PostedAs> posted(Collection<PostedAs> asked) {
    reach();
    Set<PostedAs> found = new HashSet<>(posted);
    found.retainAll(asked);
    return found;
  }

  @Override
  public void readTied(Set<String> operations, Consumer<MessageRow> each) {
    reach();
    rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .filter(
            row ->
                row.standing().parked() != null
                    || (row.standing().status() == Status.FAILED
                        && row.standing().reason() == Reason.PREREQUISITE
                        && row.standing().ranks().isEmpty()))
        .filter(
            row ->
                operations.contains(row.received().operation())
                    || !row.received().needs().isEmpty()
                    || row.standing().lanes().size() > 1)
        .forEach(each);
  }

  @Override
  public KnownNumbers numbers(Collection<Numbered> asked) {
    reach();
    return series.known(asked);
  }

  @Override
  public long lastSeq() {
    return rows.isEmpty() ? 0 : rows.lastKey();
  }

  @Override
  public List<DestinationState> destinations() {
    return List.copyOf(destinations.values());
  }

  @Override
  public List<LinkState> links() {
    return List.copyOf(links.values());
  }

  boolean saw(String link, boolean up) {
    LinkState known = links.get(link);
    return known != null && known.seen() != null && known.seen().up() == up;
  }

  @Override
  public List<PauseState> pauses() {
    return List.copyOf(pauses.values());
  }

  private boolean paused(MessageRow row) {
    return row.standing().lanes().stream().anyMatch(lane -> pauses.containsKey("LANE " + lane))
        || pauses.containsKey("DESTINATION " + row.standing().destination())
        || pauses.containsKey("OPERATION " + row.received().operation());
  }

  @Override
  public Set<String> parkedLinks() {
    reach();
    return parked()
        .filter(row -> row.standing().parked() == Parked.LINK)
        .map(row -> Objects.requireNonNull(row.standing().link()))
        .collect(Collectors.toSet());
  }

  @Override
  public void commit(Group group) {
    reach();
    Fault fault =
        random.nextInt(1000) < faults
            ? Fault.values()[1 + random.nextInt(Fault.values().length - 1)]
            : Fault.NONE;
    if (fault == Fault.BEFORE) {
      throw new JournalException(JournalException.Kind.INFRASTRUCTURE, "connection reset");
    }
    if (fault == Fault.DEADLOCK) {
      throw new JournalException(JournalException.Kind.BUSY, "deadlock detected");
    }
    if (group.epoch() != epoch) {
      throw new JournalException(JournalException.Kind.LEASE_LOST, "epoch " + epoch);
    }
    check(group);
    write(group);
    if (fault == Fault.ANSWER_LOST) {
      throw new JournalException(JournalException.Kind.INFRASTRUCTURE, "broke off in commit");
    }
  }

  private void check(Group group) {
    Set<MessageKey> inserted = new HashSet<>();
    for (Group.Insert insert : group.inserts()) {
      MessageRow row = insert.row();
      if (row.received().messageId().startsWith("poison")) {
        throw new JournalException(JournalException.Kind.DATA, "the id cannot be stored");
      }
      if (rows.containsKey(row.seq())
          || (row.received().ownsId() && owners.containsKey(row.received().key()))) {
        throw new JournalException(JournalException.Kind.DATA, "duplicate key " + row);
      }
      if (row.received().ownsId() && !inserted.add(row.received().key())) {
        throw new AssertionError("D: taken twice in one group: " + row);
      }
    }
    for (Group.Update update : group.updates()) {
      MessageRow before = rows.get(update.row().seq());
      if (before == null
          || before.standing().status() != update.fromStatus()
          || before.standing().version() != update.fromVersion()
          || (before.standing().parked() != null) != update.fromParked()) {
        throw new AssertionError("A guard did not match: " + update + " against " + before);
      }
    }
    series.check(group.series());
  }

  private void write(Group group) {
    for (Group.Insert insert : group.inserts()) {
      series.update(null, insert.row());
      put(insert.row());
      payloads.put(new PayloadKey(insert.row().seq(), 0), insert.payload());
    }
    for (Group.Revision revision : group.revisions()) {
      PayloadKey key = new PayloadKey(revision.seq(), revision.revision());
      if (payloads.put(key, revision.payload()) != null) {
        throw new AssertionError("R: two documents of one revision: " + key);
      }
    }
    group.updates().forEach(update -> series.update(rows.get(update.row().seq()), update.row()));
    group.updates().forEach(update -> put(update.row()));
    series.write(group.series());
    series.judge(rows.values(), group.history());
    group.posted().forEach(fact -> posted.add(fact.fact()));
    group.replies().forEach(reply -> replies.putIfAbsent(reply.seq(), reply));
    group
        .steps()
        .forEach(
            step ->
                steps.merge(
                    new StepKey(step.seq(), step.run(), step.step()),
                    step,
                    (earlier, later) -> later.over(earlier)));
    group.destinations().forEach(state -> destinations.put(state.name(), state));
    group.links().forEach(state -> links.put(state.name(), state));
    audits.addAll(group.audits());
    for (PauseState pause : group.pauses()) {
      if (pause.set() == null) {
        pauses.remove(pause.kind() + " " + pause.name());
      } else {
        pauses.put(pause.kind() + " " + pause.name(), pause);
      }
    }
    Set<String> changed = group.links().stream().map(LinkState::name).collect(Collectors.toSet());
    for (HistoryEntry entry : group.history()) {
      // what is reported was posted before
      boolean begins =
          entry.to() == Status.POSTING
              && entry.from() != Status.POSTING
              && entry.reason() != Reason.REPORT;
      if (begins
          && group.pauses().isEmpty()
          && paused(Objects.requireNonNull(rows.get(entry.seq())))) {
        throw new AssertionError("Posted though it is paused: " + entry);
      }
      if (begins) {
        Objects.requireNonNull(needed.get(owner))
            .apply(Objects.requireNonNull(rows.get(entry.seq())))
            .stream()
            .filter(link -> !changed.contains(link))
            .map(link -> links.getOrDefault(link, LinkState.unknown(link)))
            .filter(state -> !state.up())
            .forEach(
                state -> {
                  throw new AssertionError("Posted though it is missing: " + state + " " + entry);
                });
      }
      List<HistoryEntry> history = histories.computeIfAbsent(entry.seq(), seq -> new ArrayList<>());
      Status last = history.isEmpty() ? null : history.get(history.size() - 1).to();
      if (!Objects.equals(last, entry.from()) || !allowed(entry)) {
        throw new AssertionError("History of " + entry + " after " + last + " breaks the moves");
      }
      history.add(entry);
      if (last != entry.to()) {
        MOVES_MADE.add(last + " → " + entry.to());
      }
    }
    for (Group.Insert insert : group.inserts()) {
      agree(insert.row().seq());
    }
    group.updates().forEach(update -> agree(update.row().seq()));
  }

  private void agree(long seq) {
    List<HistoryEntry> history = histories.getOrDefault(seq, List.of());
    Status status = Objects.requireNonNull(rows.get(seq)).standing().status();
    if (history.isEmpty() || history.get(history.size() - 1).to() != status) {
      throw new AssertionError("The history of " + seq + " does not end in " + status);
    }
  }

  private static boolean allowed(HistoryEntry entry) {
    Status from = entry.from();
    if (from == null) {
      return Moves.FIRST.contains(entry.to());
    }
    if (from == entry.to()) {
      return entry.who() != null || entry.reason() == Reason.GAP;
    }
    return entry.who() == null
        ? Moves.allowed(from, entry.to())
        : Moves.allowedToPerson(from, entry.to());
  }

  private void put(MessageRow row) {
    rows.put(row.seq(), row);
    epochs.put(row.seq(), epoch);
    if (row.received().ownsId()) {
      owners.put(row.received().key(), row.seq());
    }
  }

  @Override
  public Map<MessageKey, MessageRow> owners(Collection<MessageKey> keys) {
    reach();
    Map<MessageKey, MessageRow> found = new HashMap<>();
    for (MessageKey key : keys) {
      Long seq = owners.get(key);
      if (seq != null) {
        found.put(key, Objects.requireNonNull(rows.get(seq)));
      }
    }
    return found;
  }

  @Override
  public Map<Twin, MessageRow> twins(Collection<Twin> twins) {
    reach();
    Map<Twin, MessageRow> found = new HashMap<>();
    for (MessageRow row : rows.values()) {
      Twin twin = new Twin(row.received().sender(), row.received().fingerprint());
      if (!row.received().ownsId() && twins.contains(twin)) {
        found.put(twin, row);
      }
    }
    return found;
  }

  @Override
  public Map<Long, MessageRow> rows(Collection<Long> seqs) {
    reach();
    Map<Long, MessageRow> found = new HashMap<>(rows);
    found.keySet().retainAll(seqs);
    return found;
  }

  @Override
  public Set<PostingId> effects(Collection<PostingId> ids) {
    reach();
    Set<PostingId> found = new HashSet<>(effects);
    found.retainAll(ids);
    return found;
  }

  @Override
  public Map<Long, Map<String, Reply>> stepReplies(Collection<StepKey> before) {
    reach();
    Map<Long, Map<String, Reply>> found = new HashMap<>();
    for (StepKey key : before) {
      Map<String, Reply> replies = new LinkedHashMap<>();
      for (int step = 0; step < key.step(); step++) {
        StepRow row = steps.get(new StepKey(key.seq(), key.run(), step));
        if (row != null
            && (row.status() == Status.POSTED || row.status() == Status.CANCELLING)
            && row.reply() != null) {
          replies.put(row.name(), row.reply());
        }
      }
      found.put(key.seq(), replies);
    }
    return found;
  }

  @Override
  public Map<PayloadKey, Payload> payloads(Collection<PayloadKey> keys) {
    reach();
    Map<PayloadKey, Payload> found = new HashMap<>();
    for (PayloadKey key : keys) {
      Payload payload = payloads.get(key);
      if (payload != null) {
        found.put(key, payload);
      }
    }
    return found;
  }
}

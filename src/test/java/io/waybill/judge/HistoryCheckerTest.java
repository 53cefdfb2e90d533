package io.waybill.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.Numbered;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A judge is believed only when it has been seen to acquit and to convict. */
@DisplayName("The history checker")
class HistoryCheckerTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  @DisplayName("acquits a history with duplicates, repetitions, a failure, a rewind and a takeover")
  void acquitsAGoodHistory() {
    assertThat(new Story().judged()).isEmpty();
  }

  @Test
  @DisplayName("acquits a lane that follows its numbers, and not the order of sending")
  void acquitsALaneThatFollowsItsNumbers() {
    Story story = new Story();
    replace(story.erp, "a1", false, arrival -> arrival(2, "a1", 1, false));
    replace(story.erp, "a2", false, arrival -> arrival(1, "a2", 1, false));
    java.util.Collections.swap(story.erp, 0, 1);
    assertThat(story.judged()).isNotEmpty();

    story.numbers.put(key("a1"), List.of(new Numbered(lane("a"), 2)));
    story.numbers.put(key("a2"), List.of(new Numbered(lane("a"), 1)));
    assertThat(story.judged()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("crimes")
  void convictsOfThatLetterOnly(Letter letter, String crime, Consumer<Story> commit) {
    Story story = new Story();
    commit.accept(story);

    assertThat(story.judged()).isNotEmpty().extracting(Finding::letter).containsOnly(letter);
  }

  static Stream<Arguments> crimes() {
    return Stream.of(
        crime(
            Letter.L,
            "an acknowledged message has no row",
            story -> {
              story.rows.removeIf(row -> row.seq() == 3);
              story.history.removeIf(entry -> entry.seq() == 3);
              story.erp.removeIf(arrival -> arrival.key().equals(key("a3")));
            }),
        crime(
            Letter.L,
            "an acknowledged message that took effect has no row",
            story -> {
              story.rows.removeIf(row -> row.seq() == 3);
              story.history.removeIf(entry -> entry.seq() == 3);
            }),
        crime(
            Letter.L,
            "a message that was never acknowledged took effect and has no row",
            story -> {
              story.sent.add(sent("z1", "jms", 99, "z", false));
              story.erp.add(arrival(99, "z1", 1, false));
            }),
        crime(
            Letter.L,
            "a posted message never arrived",
            story -> story.erp.removeIf(arrival -> arrival.key().equals(key("a3")))),
        crime(
            Letter.L,
            "unreadable bytes were acknowledged and dropped",
            story -> {
              story.rows.removeIf(row -> row.seq() == 5);
              story.history.removeIf(entry -> entry.seq() == 5);
            }),
        crime(
            Letter.L,
            "a conflicting document was acknowledged and dropped",
            story ->
                story.sent.add(
                    new Sent(key("a1"), "jms", 50, List.of(lane("a")), "other bytes", true))),
        crime(
            Letter.L,
            "a message was skipped by nobody",
            story -> {
              story.rows.replaceAll(
                  row -> row.seq() == 5 ? with(row, Status.SKIPPED, Reason.BY_HAND, "-") : row);
              story.history.add(entry(5, 1, 90, Status.FAILED, Status.SKIPPED));
            }),
        crime(
            Letter.D,
            "a repetition was not recognised",
            story -> replace(story.erp, "a2", true, arrival -> arrival(3, "a2", 1, false))),
        crime(
            Letter.D,
            "a message took effect under two posting ids",
            story -> story.erp.add(new Arrival(80, "other", key("b1"), 1, 0, "hash of b1", false))),
        crime(
            Letter.D,
            "a message took effect in a run that nobody started",
            story -> story.erp.add(arrival(80, "b1", 2, false))),
        crime(
            Letter.O,
            "two messages of a lane arrived against their numbers",
            story -> {
              story.numbers.put(key("a1"), List.of(new Numbered(lane("a"), 2)));
              story.numbers.put(key("a2"), List.of(new Numbered(lane("a"), 1)));
            }),
        crime(
            Letter.O,
            "two messages of a lane arrived in the wrong order",
            story -> {
              replace(story.erp, "a1", false, arrival -> arrival(2, "a1", 1, false));
              replace(story.erp, "a2", false, arrival -> arrival(1, "a2", 1, false));
              story.erp.sort(java.util.Comparator.comparingLong(Arrival::number));
            }),
        crime(
            Letter.O,
            "the journal took two messages of a source in the wrong order",
            story -> {
              swapSeq(story, 1, 2);
              replace(story.erp, "a1", false, arrival -> arrival(2, "a1", 1, false));
              replace(story.erp, "a2", false, arrival -> arrival(1, "a2", 1, false));
              story.erp.sort(java.util.Comparator.comparingLong(Arrival::number));
            }),
        crime(
            Letter.O,
            "messages of two sources arrived in another order than the journal's",
            story -> swapSeq(story, 3, 6)),
        crime(
            Letter.P,
            "a message arrived before the one it requires",
            story -> story.requirements.add(new Requirement(key("b1"), key("a3")))),
        crime(
            Letter.P,
            "a message arrived although what it requires never did",
            story -> story.requirements.add(new Requirement(key("b1"), key("none")))),
        crime(
            Letter.P,
            "a message was posted before the one it requires was, elsewhere",
            story -> story.requirements.add(new Requirement(key("b1"), key("c1")))),
        crime(
            Letter.G,
            "something arrived that nobody sent",
            story -> story.erp.add(arrival(90, "invented", 1, false))),
        crime(
            Letter.G,
            "something arrived with other bytes",
            story ->
                replace(
                    story.erp,
                    "b1",
                    false,
                    old -> new Arrival(old.number(), "p", key("b1"), 1, 0, "torn", false))),
        crime(
            Letter.G,
            "the state table has a message that nobody sent",
            story -> {
              story.rows.add(
                  row(70, "invented", "x", Status.FAILED, Reason.UNREADABLE, "?", "erp", 1, 2, 80));
              story.history.add(entry(70, 1, 80, null, Status.FAILED));
            }),
        crime(
            Letter.F,
            "a row was written under an old epoch",
            story -> story.rows.replaceAll(row -> row.seq() == 6 ? epoch(row, 1) : row)),
        crime(
            Letter.F,
            "a row was written under an epoch that never began",
            story -> story.rows.replaceAll(row -> row.seq() == 6 ? epoch(row, 9) : row)),
        crime(
            Letter.F,
            "two writers moved one message from the same status",
            story -> story.history.add(entry(3, 1, 90, Status.POSTING, Status.POSTED))),
        crime(
            Letter.F,
            "a message made a move that there is not",
            story -> {
              story.history.add(entry(6, 1, 90, Status.POSTED, Status.SUBMITTED));
              story.history.add(entry(6, 1, 91, Status.SUBMITTED, Status.POSTING));
              story.history.add(entry(6, 1, 92, Status.POSTING, Status.POSTED));
            }),
        crime(
            Letter.F,
            "a row says something else than its history",
            story -> story.history.removeIf(e -> e.seq() == 6 && e.to() == Status.POSTED)),
        crime(
            Letter.F,
            "an epoch began before the one it follows",
            story -> story.takeovers.add(new Takeover(3, START))),
        crime(
            Letter.V,
            "a message waits for its turn behind nobody",
            story -> leaveOpen(story, Status.SUBMITTED, Reason.TURN, null)),
        crime(
            Letter.V,
            "a message waits and does not say what for",
            story -> leaveOpen(story, Status.SUBMITTED, null, null)),
        crime(
            Letter.V,
            "a message is being posted for ever",
            story -> leaveOpen(story, Status.POSTING, null, null)),
        crime(
            Letter.V,
            "a message is retriable and does not say why",
            story -> leaveOpen(story, Status.RETRIABLE, null, null)),
        crime(
            Letter.V,
            "a message is in doubt and has only a code",
            story -> leaveOpen(story, Status.IN_DOUBT, Reason.ANSWER_LOST, " ")),
        crime(
            Letter.R,
            "an entry of the history was changed",
            story ->
                story.history.replaceAll(
                    e -> e.seq() == 1 && e.to() == Status.POSTED ? at(e, 7_777) : e)),
        crime(
            Letter.R,
            "an entry of the history was removed",
            story -> {
              story.history.removeIf(e -> e.seq() == 1 && e.to() == Status.POSTING);
              story.history.replaceAll(
                  e ->
                      e.seq() == 1 && e.to() == Status.POSTED
                          ? byPerson(entry(1, 1, 3, Status.SUBMITTED, Status.POSTED))
                          : e);
            }),
        crime(
            Letter.R,
            "a message was done again in its old run",
            story -> {
              story.history.replaceAll(e -> e.seq() == 4 ? run(e, 1) : e);
              story.rows.replaceAll(row -> row.seq() == 4 ? run(row, 1) : row);
              story.erp.removeIf(arrival -> arrival.run() == 2);
            }));
  }

  private static Arguments crime(Letter letter, String what, Consumer<Story> commit) {
    return Arguments.of(letter, what, commit);
  }

  /**
   * Three messages of one lane by a queue, one with a duplicate and a repetition; one that a person
   * had cancelled and done again; an unreadable one with another behind it in no lane; one of the
   * first lane by HTTP; one for another destination, posted late; a conflict; two that wait behind
   * a failed one. The broker was restarted in between.
   */
  private static final class Story {
    final List<Sent> sent = new ArrayList<>();
    final List<Arrival> erp = new ArrayList<>();
    final List<Arrival> crm = new ArrayList<>();
    final List<Row> rows = new ArrayList<>();
    final List<HistoryEntry> history = new ArrayList<>();
    final List<HistoryEntry> earlier = new ArrayList<>();
    final List<Requirement> requirements = new ArrayList<>();
    final Map<MessageKey, List<Numbered>> numbers = new HashMap<>();
    final List<Takeover> takeovers =
        new ArrayList<>(List.of(new Takeover(1, START), new Takeover(2, START.plusMillis(50))));

    Story() {
      sent.add(sent("a1", "jms", 1, "a", true));
      sent.add(sent("a2", "jms", 2, "a", true));
      sent.add(sent("a1", "jms", 3, "a", true));
      sent.add(sent("a3", "jms", 4, "a", true));
      sent.add(sent("b1", "jms", 5, "b", true));
      sent.add(new Sent(new MessageKey("", "s", ""), "jms", 6, List.of(), "hash of mud", true));
      sent.add(sent("a4", "http", 1, "a", true));
      sent.add(sent("c1", "http", 2, "c", true));
      sent.add(sent("never answered", "http", 3, "c", false));
      sent.add(new Sent(key("b1"), "http", 4, List.of(lane("b")), "other b1", true));
      sent.add(sent("d1", "http", 5, "d", true));
      sent.add(sent("d2", "http", 6, "d", true));

      erp.add(arrival(1, "a1", 1, false));
      erp.add(arrival(2, "a2", 1, false));
      erp.add(arrival(3, "a2", 1, true));
      erp.add(arrival(4, "b1", 1, false));
      erp.add(arrival(5, "a3", 1, false));
      erp.add(arrival(6, "a4", 1, false));
      erp.add(arrival(7, "b1", 2, false));
      crm.add(arrival(1, "c1", 1, false));

      posted(1, "a1", "a", "erp", 1, 1);
      posted(2, "a2", "a", "erp", 1, 10);
      posted(3, "a3", "a", "erp", 2, 60);
      again();
      failed(5, new MessageKey("", "s", ""), "hash of mud", Reason.UNREADABLE);
      posted(6, "a4", "a", "erp", 2, 70);
      posted(7, "c1", "c", "crm", 2, 80);
      failed(8, key("b1"), "other b1", Reason.CONFLICT);
      rows.add(row(9, "d1", "d", Status.FAILED, Reason.REFUSED, "HTTP 400", "erp", 1, 2, 83));
      history.add(entry(9, 1, 81, null, Status.SUBMITTED));
      history.add(entry(9, 1, 82, Status.SUBMITTED, Status.POSTING));
      history.add(entry(9, 1, 83, Status.POSTING, Status.FAILED));
      rows.add(row(10, "d2", "d", Status.SUBMITTED, Reason.TURN, null, "erp", 1, 2, 84));
      history.add(entry(10, 1, 84, null, Status.SUBMITTED));
      history.stream().filter(e -> e.at().isBefore(START.plusMillis(40))).forEach(earlier::add);
      requirements.add(new Requirement(key("a4"), key("b1")));
      requirements.add(new Requirement(key("c1"), key("b1")));
    }

    private void posted(long seq, String id, String lane, String to, long epoch, long at) {
      rows.add(row(seq, id, lane, Status.POSTED, null, null, to, 1, epoch, at + 2));
      history.add(entry(seq, 1, at, null, Status.SUBMITTED));
      history.add(entry(seq, 1, at + 1, Status.SUBMITTED, Status.POSTING));
      history.add(entry(seq, 1, at + 2, Status.POSTING, Status.POSTED));
    }

    private void again() {
      rows.add(row(4, "b1", "b", Status.POSTED, null, null, "erp", 2, 2, 69));
      history.add(entry(4, 1, 20, null, Status.POSTING));
      history.add(entry(4, 1, 21, Status.POSTING, Status.POSTED));
      history.add(byPerson(entry(4, 1, 65, Status.POSTED, Status.CANCELLING)));
      history.add(entry(4, 1, 66, Status.CANCELLING, Status.CANCELLED));
      history.add(entry(4, 2, 67, Status.CANCELLED, Status.RETRY));
      history.add(entry(4, 2, 68, Status.RETRY, Status.POSTING));
      history.add(entry(4, 2, 69, Status.POSTING, Status.POSTED));
    }

    private void failed(long seq, MessageKey key, String hash, Reason reason) {
      rows.add(new Row(seq, key, hash, Status.FAILED, reason, "?", List.of(), null, 1, 1, START));
      history.add(entry(seq, 1, 0, null, Status.FAILED));
    }

    List<Finding> judged() {
      return HistoryChecker.judge(
          Evidence.of(sent, Map.of("erp", erp, "crm", crm), rows, history)
              .requiring(requirements)
              .numbered(numbers)
              .takenOver(takeovers)
              .seenBefore(earlier));
    }
  }

  /** The last message of the story stays open, alone in its lane. */
  private static void leaveOpen(
      Story story, Status status, @Nullable Reason reason, @Nullable String detail) {
    story.crm.clear();
    story.requirements.clear();
    story.rows.replaceAll(row -> row.seq() == 7 ? with(row, status, reason, detail) : row);
    story.history.removeIf(entry -> entry.seq() == 7);
    story.history.add(entry(7, 1, 80, null, Status.SUBMITTED));
    if (status != Status.SUBMITTED) {
      story.history.add(entry(7, 1, 81, Status.SUBMITTED, Status.POSTING));
    }
    if (status != Status.SUBMITTED && status != Status.POSTING) {
      story.history.add(entry(7, 1, 82, Status.POSTING, status));
    }
  }

  private static void swapSeq(Story story, long one, long other) {
    story.rows.replaceAll(row -> seq(row, swapped(row.seq(), one, other)));
    story.history.replaceAll(entry -> seq(entry, swapped(entry.seq(), one, other)));
    story.earlier.replaceAll(entry -> seq(entry, swapped(entry.seq(), one, other)));
  }

  private static long swapped(long seq, long one, long other) {
    return seq == one ? other : seq == other ? one : seq;
  }

  private static void replace(
      List<Arrival> log, String id, boolean repetition, UnaryOperator<Arrival> change) {
    log.replaceAll(
        arrival ->
            arrival.key().equals(key(id))
                    && arrival.repetition() == repetition
                    && arrival.run() == 1
                ? change.apply(arrival)
                : arrival);
  }

  private static MessageKey key(String id) {
    return new MessageKey("Order", "s", id);
  }

  private static LaneName lane(String key) {
    return new LaneName("order", key);
  }

  private static Sent sent(String id, String source, long number, String lane, boolean known) {
    return new Sent(key(id), source, number, List.of(lane(lane)), "hash of " + id, known);
  }

  private static Arrival arrival(long number, String id, int run, boolean repetition) {
    return new Arrival(number, "p-" + id + run, key(id), run, 0, "hash of " + id, repetition);
  }

  private static Row row(
      long seq,
      String id,
      String lane,
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      String destination,
      int run,
      long epoch,
      long at) {
    return new Row(
        seq,
        key(id),
        "hash of " + id,
        status,
        reason,
        detail,
        List.of(lane(lane)),
        destination,
        run,
        epoch,
        START.plusMillis(at));
  }

  private static Row with(
      Row row, Status status, @Nullable Reason reason, @Nullable String detail) {
    return copy(row, row.seq(), status, reason, detail, row.run(), row.epoch());
  }

  private static Row epoch(Row row, long epoch) {
    return copy(row, row.seq(), row.status(), row.reason(), row.detail(), row.run(), epoch);
  }

  private static Row run(Row row, int run) {
    return copy(row, row.seq(), row.status(), row.reason(), row.detail(), run, row.epoch());
  }

  private static Row seq(Row row, long seq) {
    return copy(row, seq, row.status(), row.reason(), row.detail(), row.run(), row.epoch());
  }

  private static Row copy(
      Row row,
      long seq,
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      int run,
      long epoch) {
    return new Row(
        seq,
        row.key(),
        row.hash(),
        status,
        reason,
        detail,
        row.lanes(),
        row.destination(),
        run,
        epoch,
        row.changedAt());
  }

  private static HistoryEntry entry(long seq, int run, long at, @Nullable Status from, Status to) {
    return new HistoryEntry(seq, run, START.plusMillis(at), from, to, null, null, null);
  }

  private static HistoryEntry byPerson(HistoryEntry e) {
    return new HistoryEntry(
        e.seq(), e.run(), e.at(), e.from(), e.to(), Reason.BY_HAND, "wrong order", "hoffmann");
  }

  private static HistoryEntry at(HistoryEntry e, long at) {
    return new HistoryEntry(
        e.seq(), e.run(), START.plusMillis(at), e.from(), e.to(), e.reason(), e.detail(), e.who());
  }

  private static HistoryEntry run(HistoryEntry e, int run) {
    return new HistoryEntry(
        e.seq(), run, e.at(), e.from(), e.to(), e.reason(), e.detail(), e.who());
  }

  private static HistoryEntry seq(HistoryEntry e, long seq) {
    return new HistoryEntry(
        seq, e.run(), e.at(), e.from(), e.to(), e.reason(), e.detail(), e.who());
  }
}

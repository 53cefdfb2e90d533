package io.waybill.judge;

import io.waybill.message.HistoryEntry;
import io.waybill.message.Moves;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The histories of all messages, and the promises that are about them. */
final class Histories {

  private final Evidence evidence;
  private final List<Finding> findings;
  private final Map<Long, List<HistoryEntry>> now;

  Histories(Evidence evidence, List<Finding> findings) {
    this.evidence = evidence;
    this.findings = findings;
    this.now = byMessage(evidence.history());
  }

  private static Map<Long, List<HistoryEntry>> byMessage(List<HistoryEntry> entries) {
    Map<Long, List<HistoryEntry>> messages = new LinkedHashMap<>();
    for (HistoryEntry entry : entries) {
      messages.computeIfAbsent(entry.seq(), seq -> new ArrayList<>()).add(entry);
    }
    return messages;
  }

  private List<HistoryEntry> of(Row row) {
    return now.getOrDefault(row.seq(), List.of());
  }

  /** Whether a person said that it is posted. */
  boolean settledByPerson(Row row) {
    return of(row).stream().anyMatch(entry -> entry.to() == Status.POSTED && entry.who() != null);
  }

  boolean closedByPerson(Row row) {
    return of(row).stream().anyMatch(entry -> entry.to() == row.status() && entry.who() != null);
  }

  boolean touchedByPerson(Row row) {
    return of(row).stream().anyMatch(entry -> entry.who() != null);
  }

  /** Whether the first was posted before anybody tried to post the other. */
  boolean postedBefore(@Nullable Row required, @Nullable Row message) {
    if (required == null || message == null) {
      return false;
    }
    Optional<Instant> posted = first(required, Status.POSTED);
    Optional<Instant> tried = first(message, Status.POSTING);
    return posted.isPresent() && tried.isPresent() && !posted.get().isAfter(tried.get());
  }

  private Optional<Instant> first(Row row, Status to) {
    return of(row).stream()
        .filter(entry -> entry.to() == to)
        .map(HistoryEntry::at)
        .min(Comparator.naturalOrder());
  }

  /** Also where no epoch is told: two hands on one message break the chain of its moves. */
  void nothingIsWrittenUnderAnOldEpoch() {
    evidence.rows().forEach(this::chain);
    List<Takeover> takeovers =
        evidence.takeovers().stream().sorted(Comparator.comparingLong(Takeover::epoch)).toList();
    for (int i = 1; i < takeovers.size(); i++) {
      if (takeovers.get(i).at().isBefore(takeovers.get(i - 1).at())) {
        find(
            Letter.F,
            "an epoch began before the one it follows",
            "%s, %s".formatted(takeovers.get(i), takeovers.get(i - 1)));
      }
    }
    if (!takeovers.isEmpty()) {
      evidence.rows().forEach(row -> epoch(row, takeovers));
    }
  }

  private void chain(Row row) {
    Status stands = null;
    for (HistoryEntry entry : of(row)) {
      if (entry.from() != stands) {
        find(
            Letter.F,
            "its history has a gap: two hands have written it",
            "seq %d, was %s, then %s".formatted(row.seq(), stands, entry));
        return;
      }
      if (stands != null && stands != entry.to() && !allowed(stands, entry)) {
        find(
            Letter.F,
            "its history has a move that there is not",
            "seq %d, %s".formatted(row.seq(), entry));
        return;
      }
      stands = entry.to();
    }
    if (stands != row.status()) {
      find(
          Letter.F,
          "its row says something else than its history",
          "seq %d, row %s, history %s".formatted(row.seq(), row.status(), stands));
    }
  }

  private static boolean allowed(Status from, HistoryEntry entry) {
    return entry.who() == null
        ? Moves.allowed(from, entry.to())
        : Moves.allowedToPerson(from, entry.to());
  }

  private void epoch(Row row, List<Takeover> takeovers) {
    boolean known = false;
    for (Takeover takeover : takeovers) {
      known |= takeover.epoch() == row.epoch();
      if (takeover.epoch() > row.epoch() && row.changedAt().isAfter(takeover.at())) {
        find(
            Letter.F,
            "written under an old epoch after a newer one had begun",
            "seq %d, epoch %d at %s, %s"
                .formatted(row.seq(), row.epoch(), row.changedAt(), takeover));
        return;
      }
    }
    if (!known) {
      find(
          Letter.F,
          "written under an epoch that never began",
          "seq %d, epoch %d".formatted(row.seq(), row.epoch()));
    }
  }

  void rewindsLeaveThePastAlone() {
    byMessage(evidence.earlier()).forEach(this::keeps);
    now.forEach(this::runs);
  }

  /** Where nothing at all is left of a message it was lost, which is another promise. */
  private void keeps(long seq, List<HistoryEntry> earlier) {
    List<HistoryEntry> present = now.getOrDefault(seq, List.of());
    if (present.isEmpty()) {
      return;
    }
    if (present.size() < earlier.size() || !present.subList(0, earlier.size()).equals(earlier)) {
      find(
          Letter.R,
          "its history is no longer what it was",
          "seq %d, was %s, is %s".formatted(seq, earlier, present));
    }
  }

  private void runs(long seq, List<HistoryEntry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      HistoryEntry before = entries.get(i - 1);
      HistoryEntry entry = entries.get(i);
      boolean again = entry.to() == Status.RETRY && entry.from() != null && done(entry.from());
      if (again && entry.run() <= before.run()) {
        find(Letter.R, "done again without a new run", "seq %d, %s".formatted(seq, entry));
      } else if (!again && entry.run() != before.run()) {
        find(Letter.R, "its run changed within a run", "seq %d, %s".formatted(seq, entry));
      }
    }
  }

  private static boolean done(Status from) {
    return from == Status.POSTED || from == Status.CANCELLED;
  }

  private void find(Letter letter, String message, String shown) {
    findings.add(new Finding(letter, message, shown));
  }
}

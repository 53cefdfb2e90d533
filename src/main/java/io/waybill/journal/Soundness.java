package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.HistoryEntry;
import io.waybill.message.Moves;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.util.HashSet;
import java.util.Set;

/**
 * What a group has to be before the database is asked: each message once, with a new version, and
 * no move in its history that the table of moves does not allow. Several moves of one message
 * within a group are one change of its row.
 */
final class Soundness {

  private Soundness() {}

  /** Refuses a group that nobody could have decided rightly. */
  static void require(Group group) {
    Set<Long> seqs = new HashSet<>();
    for (Insert insert : group.inserts()) {
      once(seqs, insert.row().seq());
    }
    for (Update update : group.updates()) {
      once(seqs, update.row().seq());
      if (update.row().standing().version() == update.fromVersion()) {
        throw wrong(update.row().seq(), "is changed without a new version");
      }
    }
    group.history().forEach(Soundness::requireMove);
  }

  private static void once(Set<Long> seqs, long seq) {
    if (!seqs.add(seq)) {
      throw wrong(seq, "is written twice in one group");
    }
  }

  private static void requireMove(HistoryEntry entry) {
    Status from = entry.from();
    boolean stays = from == entry.to() && (entry.who() != null || entry.reason() == Reason.GAP);
    if (from == null || stays) {
      // it begins, or a person decided something that is no move, or numbers are done without
      return;
    }
    boolean allowed =
        entry.who() == null
            ? Moves.allowed(from, entry.to())
            : Moves.allowedToPerson(from, entry.to());
    if (!allowed) {
      throw wrong(
          entry.seq(), "may not move from " + from.sqlName() + " to " + entry.to().sqlName());
    }
  }

  private static JournalException wrong(long seq, String what) {
    return new JournalException(
        Kind.DATA, "Message " + seq + " " + what + ": this is a bug in the broker");
  }
}

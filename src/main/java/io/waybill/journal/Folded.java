package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.DestinationState;
import io.waybill.message.MessageRow;
import io.waybill.message.Moves;
import io.waybill.message.Received;
import io.waybill.message.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The changes of a group with at most one per message. A message that arrives and leaves within one
 * group, or moves twice, is written once, as it is in the end; its history still shows every move.
 *
 * @param inserts new messages
 * @param updates changed messages, each once
 */
record Folded(List<Insert> inserts, List<Update> updates) {

  static Folded of(Group group) {
    Map<Long, Insert> inserts = new LinkedHashMap<>();
    for (Insert insert : group.inserts()) {
      if (inserts.put(insert.row().seq(), insert) != null) {
        throw wrong(insert.row().seq(), "is inserted twice");
      }
    }
    Map<Long, Update> updates = new LinkedHashMap<>();
    for (Update update : group.updates()) {
      long seq = update.row().seq();
      requireMove(update);
      Insert insert = inserts.get(seq);
      if (insert != null) {
        requireSuccession(insert.row(), update);
        inserts.put(seq, new Insert(after(insert.row(), update), insert.payload()));
      } else {
        updates.merge(seq, update, Folded::both);
      }
    }
    return new Folded(List.copyOf(inserts.values()), List.copyOf(updates.values()));
  }

  /** Where a destination changed several times, its last state. */
  static List<DestinationState> lastOfEach(List<DestinationState> states) {
    Map<String, DestinationState> last = new LinkedHashMap<>();
    states.forEach(state -> last.put(state.name(), state));
    return List.copyOf(last.values());
  }

  private static Update both(Update first, Update second) {
    requireSuccession(first.row(), second);
    return new Update(
        after(first.row(), second),
        first.fromStatus(),
        first.fromVersion(),
        first.reread() || second.reread());
  }

  private static MessageRow after(MessageRow before, Update update) {
    Received received = update.reread() ? update.row().received() : before.received();
    return new MessageRow(received, update.row().standing());
  }

  private static void requireMove(Update update) {
    Status from = update.fromStatus();
    Status to = update.row().standing().status();
    if (from != to && !Moves.allowedToPerson(from, to)) {
      throw wrong(
          update.row().seq(), "may not move from " + from.sqlName() + " to " + to.sqlName());
    }
    if (update.row().standing().version() == update.fromVersion()) {
      throw wrong(update.row().seq(), "is changed without a new version");
    }
  }

  private static void requireSuccession(MessageRow before, Update update) {
    if (before.standing().status() != update.fromStatus()
        || before.standing().version() != update.fromVersion()) {
      throw wrong(
          before.seq(),
          "is changed from %s, version %d, but the group has it as %s, version %d"
              .formatted(
                  update.fromStatus().sqlName(),
                  update.fromVersion(),
                  before.standing().status().sqlName(),
                  before.standing().version()));
    }
  }

  private static JournalException wrong(long seq, String what) {
    return new JournalException(
        Kind.DATA, "Message " + seq + " " + what + ": this is a bug in the broker");
  }
}

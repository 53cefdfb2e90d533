package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Messages and groups to write. */
final class Samples {

  static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");
  static final LaneName LANE = new LaneName("cust", "4711");

  private Samples() {}

  static byte[] bytes(long seq) {
    return ("<Order><ID>" + seq + "</ID></Order>").getBytes(StandardCharsets.UTF_8);
  }

  static Received received(long seq, String id, boolean ownsId) {
    return new Received(
        seq,
        (int) (seq % 32),
        "CreateOrder",
        "shop",
        id,
        ownsId,
        "PO-" + seq,
        Fingerprint.of(bytes(seq)),
        "jms:orders.in",
        NOON.plusSeconds(seq));
  }

  static Standing standing(Status status, @Nullable Reason reason, LaneName lane, long rank) {
    return new Standing(
        status,
        reason,
        null,
        List.of(lane),
        List.of(rank),
        null,
        "erp",
        0,
        0,
        null,
        null,
        null,
        0,
        1,
        0,
        0,
        NOON);
  }

  static MessageRow message(long seq) {
    return new MessageRow(
        received(seq, "id-" + seq, true), standing(Status.SUBMITTED, Reason.TURN, LANE, seq));
  }

  static MessageRow message(long seq, Status status, @Nullable Reason reason, LaneName lane) {
    return new MessageRow(received(seq, "id-" + seq, true), standing(status, reason, lane, seq));
  }

  static Insert insert(MessageRow row) {
    return new Insert(row, new Payload(bytes(row.seq()), "application/xml", Map.of()));
  }

  static MessageRow changed(MessageRow row, Status status, @Nullable Reason reason) {
    Standing s = row.standing();
    return new MessageRow(
        row.received(),
        new Standing(
            status,
            reason,
            s.detail(),
            s.lanes(),
            status.closed() ? List.of() : s.ranks(),
            status.closed() ? null : s.parked(),
            s.destination(),
            s.step(),
            s.attempts(),
            s.dueAt(),
            s.expiresAt(),
            s.firstTriedAt(),
            s.triedAs(),
            s.run(),
            s.revision(),
            s.version() + 1,
            s.changedAt().plusSeconds(1)));
  }

  static Update update(MessageRow before, Status status) {
    return new Update(
        changed(before, status, null),
        before.standing().status(),
        before.standing().version(),
        false,
        false);
  }

  static HistoryEntry entry(MessageRow row, @Nullable Status from) {
    return new HistoryEntry(
        row.seq(), 1, NOON, from, row.standing().status(), row.standing().reason(), null, null);
  }

  static Group group(long epoch, List<Insert> inserts, List<Update> updates) {
    List<HistoryEntry> history = new ArrayList<>();
    inserts.forEach(insert -> history.add(entry(insert.row(), null)));
    updates.forEach(update -> history.add(entry(update.row(), update.fromStatus())));
    Set<Integer> partitions = IntStream.range(0, 32).boxed().collect(Collectors.toSet());
    return new Group(epoch, partitions, inserts, updates, history, List.of(), List.of());
  }

  static Group inserts(long epoch, long from, long to) {
    return group(
        epoch,
        LongStream.range(from, to).mapToObj(seq -> insert(message(seq))).toList(),
        List.of());
  }
}

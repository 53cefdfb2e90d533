package io.waybill.operator;

import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import io.waybill.operator.Ledger.Entry;
import io.waybill.operator.Ledger.Lane;
import io.waybill.operator.Ledger.Place;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as JSON: fields are named as the columns of the public views, absent values are null. */
final class MessageJson {

  private MessageJson() {}

  static URI location(long seq) {
    return URI.create("/api/v1/messages/" + seq);
  }

  /** What a sender learns at once. */
  static Map<String, @Nullable Object> receipt(MessageRow row) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", row.seq());
    json.put("operation", row.received().operation());
    json.put("sender", row.received().sender());
    json.put("message_id", row.received().messageId());
    json.put("business_id", row.received().businessId());
    json.put("status", row.standing().status().sqlName());
    json.put("lanes", lanes(row.standing()));
    json.put("received_at", row.received().receivedAt().toString());
    return json;
  }

  /** A row of the view {@code messages}. */
  static Map<String, @Nullable Object> message(Entry entry) {
    Received received = entry.row().received();
    Standing standing = entry.row().standing();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", received.seq());
    json.put("operation", received.operation());
    json.put("sender", received.sender());
    json.put("message_id", received.messageId());
    json.put("business_id", received.businessId());
    json.put("status", standing.status().sqlName());
    json.put("reason", standing.reason() == null ? null : standing.reason().sqlName());
    json.put("reason_detail", standing.detail());
    json.put("lanes", lanes(standing));
    json.put("destination", standing.destination());
    json.put("step", standing.step());
    json.put("attempts", standing.attempts());
    json.put("due_at", text(standing.dueAt()));
    json.put("run", standing.run());
    json.put("revision", standing.revision());
    json.put("source", received.source());
    json.put("received_at", received.receivedAt().toString());
    json.put("changed_at", standing.changedAt().toString());
    json.put("node", entry.node());
    json.put("epoch", entry.epoch());
    return json;
  }

  /** A message that waits behind another, in few words. */
  static Map<String, @Nullable Object> waiting(Entry entry) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", entry.row().seq());
    json.put("operation", entry.row().received().operation());
    json.put("message_id", entry.row().received().messageId());
    json.put("status", entry.row().standing().status().sqlName());
    json.put("lanes", lanes(entry.row().standing()));
    return json;
  }

  static Map<String, @Nullable Object> place(Place place) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("lane", place.lane().toString());
    json.put("position", place.ahead() + 1);
    json.put("ahead", place.ahead());
    return json;
  }

  static Map<String, @Nullable Object> history(HistoryEntry entry) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    Status from = entry.from();
    json.put("seq", entry.seq());
    json.put("run", entry.run());
    json.put("at", entry.at().toString());
    json.put("from_status", from == null ? null : from.sqlName());
    json.put("to_status", entry.to().sqlName());
    json.put("reason", entry.reason() == null ? null : entry.reason().sqlName());
    json.put("who", entry.who());
    json.put("reason_detail", entry.detail());
    return json;
  }

  static Map<String, @Nullable Object> lane(Lane lane) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name_space", lane.name().nameSpace());
    json.put("key", lane.name().key());
    json.put("lane", lane.name().toString());
    json.put("first", lane.first());
    json.put("first_status", lane.firstStatus().sqlName());
    json.put("waiting", lane.waiting());
    json.put("oldest", lane.oldest().toString());
    return json;
  }

  static Map<String, @Nullable Object> link(DestinationState state) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", state.name());
    json.put("state", state.downSince() == null ? "up" : "down");
    json.put("since", text(state.downSince()));
    json.put("detail", state.downDetail());
    json.put("next_trial_at", text(state.nextTrialAt()));
    return json;
  }

  private static List<String> lanes(Standing standing) {
    return standing.lanes().stream().map(LaneName::toString).toList();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}

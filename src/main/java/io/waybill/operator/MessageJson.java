package io.waybill.operator;

import io.waybill.journal.MessageView;
import io.waybill.journal.Waybills.LanePlace;
import io.waybill.journal.Waybills.LaneView;
import io.waybill.journal.Waybills.LinkView;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Status;
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
    json.put("lanes", lanes(row.standing().lanes()));
    json.put("received_at", row.received().receivedAt().toString());
    return json;
  }

  /** A row of the view {@code messages}. */
  static Map<String, @Nullable Object> message(MessageView view) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", view.seq());
    json.put("operation", view.operation());
    json.put("sender", view.sender());
    json.put("message_id", view.messageId());
    json.put("business_id", view.businessId());
    json.put("status", view.status().sqlName());
    json.put("reason", name(view.reason()));
    json.put("reason_detail", view.reasonDetail());
    json.put("lanes", lanes(view.lanes()));
    json.put("destination", view.destination());
    json.put("step", view.step());
    json.put("attempts", view.attempts());
    json.put("due_at", text(view.dueAt()));
    json.put("run", view.run());
    json.put("revision", view.revision());
    json.put("source", view.source());
    json.put("received_at", view.receivedAt().toString());
    json.put("changed_at", view.changedAt().toString());
    json.put("node", view.node());
    json.put("epoch", view.epoch());
    return json;
  }

  /** A message that waits behind another, in few words. */
  static Map<String, @Nullable Object> waiting(MessageView view) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", view.seq());
    json.put("operation", view.operation());
    json.put("message_id", view.messageId());
    json.put("status", view.status().sqlName());
    json.put("lanes", lanes(view.lanes()));
    return json;
  }

  /** A message that requires another, in few words. */
  static Map<String, @Nullable Object> requiring(MessageRow row) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", row.seq());
    json.put("operation", row.received().operation());
    json.put("message_id", row.received().messageId());
    json.put("status", row.standing().status().sqlName());
    json.put("reason_detail", row.standing().detail());
    return json;
  }

  static Map<String, @Nullable Object> place(LanePlace place) {
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
    json.put("reason", name(entry.reason()));
    json.put("who", entry.who());
    json.put("reason_detail", entry.detail());
    return json;
  }

  static Map<String, @Nullable Object> lane(LaneView lane) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name_space", lane.lane().nameSpace());
    json.put("key", lane.lane().key());
    json.put("lane", lane.lane().toString());
    json.put("first", lane.first());
    json.put("first_status", lane.firstStatus().sqlName());
    json.put("waiting", lane.waiting());
    json.put("oldest", lane.oldest().toString());
    return json;
  }

  static Map<String, @Nullable Object> link(LinkView link) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", link.name());
    json.put("kind", link.kind());
    json.put("state", link.up() ? "up" : "down");
    json.put("since", text(link.since()));
    json.put("detail", link.detail());
    json.put("next_trial_at", text(link.nextTrialAt()));
    json.put("declared_by", link.declaredBy());
    json.put("waiting", link.waiting());
    return json;
  }

  private static List<String> lanes(List<LaneName> lanes) {
    return lanes.stream().map(LaneName::toString).toList();
  }

  private static @Nullable String name(@Nullable Reason reason) {
    return reason == null ? null : reason.sqlName();
  }

  static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}

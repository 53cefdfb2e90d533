package io.waybill.operator;

import io.waybill.journal.Moment.Stand;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Root;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chain as JSON, nested as it waits; absent values are null. */
final class WhyJson {

  private WhyJson() {}

  static Map<String, @Nullable Object> of(Why why) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("at", why.at().toString());
    json.put("message", link(why.message()));
    json.put("root_cause", root(why.root()));
    json.put("further_causes", why.further().stream().map(WhyJson::root).toList());
    return json;
  }

  private static Map<String, @Nullable Object> link(Why.Link link) {
    MessageRow row = link.row();
    Reason reason = row.standing().reason();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", row.seq());
    json.put("operation", row.received().operation());
    json.put("sender", row.received().sender());
    json.put("message_id", row.received().messageId());
    json.put("business_id", row.received().businessId());
    json.put("status", row.standing().status().sqlName());
    json.put("reason", reason == null ? null : reason.sqlName());
    json.put("reason_detail", row.standing().detail());
    json.put("destination", row.standing().destination());
    json.put("changed_at", row.standing().changedAt().toString());
    json.put("says", link.says());
    json.put("told", link.told().name().toLowerCase(Locale.ROOT));
    json.put("positions", link.stands().stream().map(WhyJson::stand).toList());
    json.put("causes", link.causes().stream().map(WhyJson::cause).toList());
    return json;
  }

  private static Map<String, @Nullable Object> stand(Stand stand) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("lane", stand.lane().toString());
    json.put("position", stand.ahead() + 1);
    json.put("ahead", stand.ahead());
    json.put("first", stand.first());
    return json;
  }

  private static Map<String, @Nullable Object> cause(Cause cause) {
    Why.Link first = cause.message();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("kind", cause.kind().code());
    json.put("about", cause.about());
    json.put("text", cause.text());
    json.put("help", cause.help());
    json.put("since", MessageJson.text(cause.since()));
    json.put("until", MessageJson.text(cause.until()));
    json.put("who", cause.who());
    json.put("message", first == null ? null : link(first));
    return json;
  }

  private static Map<String, @Nullable Object> root(Root root) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", root.seq());
    json.put("kind", root.kind().code());
    json.put("about", root.about());
    json.put("text", root.text());
    json.put("help", root.help());
    return json;
  }
}

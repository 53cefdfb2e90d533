package io.waybill.camel;

import io.waybill.broker.Posting;
import io.waybill.message.Plan;
import io.waybill.message.Reply;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Gives a step of a process its name and what the steps before it answered. Answers are properties
 * of the exchange, not headers: nothing of them leaves unless the route says so.
 */
final class EarlierReplies {

  private EarlierReplies() {}

  static void give(Posting posting, Exchange exchange) {
    Plan plan = posting.row().standing().plan();
    if (plan == null) {
      return;
    }
    String name = plan.step(posting.row().standing().step()).name();
    exchange.getIn().setHeader(WaybillHeaders.STEP, name);
    Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>();
    posting.replies().forEach((step, reply) -> all.put(step, told(reply)));
    exchange.setProperty(WaybillHeaders.REPLIES, all);
  }

  private static Map<String, @Nullable Object> told(Reply reply) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("body", reply.body());
    told.put("text", new String(reply.body(), StandardCharsets.UTF_8));
    told.put("code", reply.code());
    told.put("contentType", reply.contentType());
    told.put("headers", reply.headers());
    told.put("id", reply.id());
    return told;
  }
}

package io.waybill.operator;

import io.waybill.journal.StepView;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows all that is under one business id: messages, their steps, and what was answered. */
@RestController
@RequestMapping("/api/v1/steps")
final class StepController {

  private static final int USUAL = 100;
  private static final int MOST = 1000;

  /** A longer reply is shown by its beginning. */
  private static final int LONGEST_REPLY = 10_000;

  private final Ledger ledger;

  StepController(Ledger ledger) {
    this.ledger = ledger;
  }

  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, @Nullable Object> find(
      @RequestParam Map<String, String> parameters, @AuthenticationPrincipal User user) {
    String businessId = parameters.get("business-id");
    if (businessId == null || businessId.isBlank()) {
      throw MessageController.bad("business-id: is missing; write business-id=VALUE.");
    }
    int limit = (int) MessageController.number(parameters, "limit", 1, MOST, USUAL);
    long after = MessageController.number(parameters, "after", 0, Long.MAX_VALUE, 0);
    String sender = user.may(Right.READ) ? parameters.get("sender") : user.name();
    List<StepView> found = ledger.steps(businessId, sender, after, limit);
    long messages = found.stream().map(StepView::seq).distinct().count();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("steps", found.stream().map(StepController::json).toList());
    json.put("next", messages == limit ? found.get(found.size() - 1).seq() : null);
    return json;
  }

  static Map<String, @Nullable Object> json(StepView step) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", step.seq());
    json.put("run", step.run());
    json.put("step", step.step());
    json.put("name", step.name());
    json.put("destination", step.destination());
    json.put("status", step.status());
    json.put("reason", step.reason());
    json.put("reason_detail", step.reasonDetail());
    json.put("operation", step.operation());
    json.put("sender", step.sender());
    json.put("message_id", step.messageId());
    json.put("business_id", step.businessId());
    json.put("posting_id", step.postingId());
    json.put("answer_id", step.answerId());
    json.put("attempts", step.attempts());
    json.put("started_at", MessageJson.text(step.startedAt()));
    json.put("ended_at", MessageJson.text(step.endedAt()));
    json.put("node", step.node());
    json.put("code", step.code());
    json.put("content_type", step.contentType());
    json.put("reply", reply(step.body()));
    return json;
  }

  /** As text; null where there is none, or it is none. */
  private static @Nullable String reply(byte @Nullable [] body) {
    if (body == null) {
      return null;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return text.length() > LONGEST_REPLY ? text.substring(0, LONGEST_REPLY) + "…" : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}

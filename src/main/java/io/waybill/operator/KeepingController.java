package io.waybill.operator;

import io.waybill.broker.Housekeeper.Progress;
import io.waybill.broker.Housekeeper.Report;
import io.waybill.message.PostedAs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows what housekeeping has removed, and forgets what was posted. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class KeepingController {

  private final Keeping keeping;

  KeepingController(Keeping keeping) {
    this.keeping = keeping;
  }

  @GetMapping("/housekeeping")
  Map<String, @Nullable Object> housekeeping() {
    Report report = keeping.report();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("running", report.running());
    json.put("began", MessageJson.text(report.began()));
    json.put("ended", MessageJson.text(report.ended()));
    json.put("trouble", report.trouble());
    json.put("kinds", report.kinds().stream().map(KeepingController::json).toList());
    return json;
  }

  private static Map<String, @Nullable Object> json(Progress progress) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("kind", progress.part().name());
    json.put("keep", MessageJson.text(progress.part().keep()));
    json.put("removed", progress.removed());
    json.put("busy", progress.busy().toString());
    json.put("oldest", MessageJson.text(progress.oldest()));
    return json;
  }

  /**
   * What is to be forgotten.
   *
   * @param why the reason; mandatory
   * @param operation of the message that was posted
   * @param by under what it is known: key, id, business_id or field; key where it is left out
   * @param value its key, id or business id; of a field its name, a blank, and the key
   */
  record Forgetting(
      @Nullable String why,
      @Nullable String operation,
      @Nullable String by,
      @Nullable String value) {}

  @PostMapping("/forget")
  Map<String, @Nullable Object> forget(
      @RequestBody Forgetting forgetting,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    String why = ActionController.why(forgetting.why());
    PostedAs fact = fact(forgetting);
    long known = dryRun ? keeping.remembered(fact) : keeping.forget(fact, user.name(), why);
    if (known == 0) {
      throw new ProblemException(
          Problem.NOT_FOUND,
          "No %s is known to have been posted under the %s '%s'."
              .formatted(fact.operation(), fact.by().sqlName(), fact.value()));
    }
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("operation", fact.operation());
    json.put("by", fact.by().sqlName());
    json.put("value", fact.value());
    json.put("messages", known);
    json.put("state", dryRun ? "known" : "forgotten");
    return json;
  }

  private static PostedAs fact(Forgetting forgetting) {
    String operation = forgetting.operation() == null ? "" : forgetting.operation().strip();
    String value = forgetting.value() == null ? "" : forgetting.value().strip();
    if (operation.isEmpty() || value.isEmpty()) {
      throw MessageController.bad(
          "Write which operation, and the value it was posted under: {\"operation\": \"...\","
              + " \"value\": \"...\", \"why\": \"...\"}.");
    }
    return new PostedAs(operation, by(forgetting.by()), value);
  }

  private static PostedAs.By by(@Nullable String text) {
    try {
      return text == null ? PostedAs.By.KEY : PostedAs.By.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw MessageController.bad(
          "by: '%s' is none of %s."
              .formatted(
                  text,
                  Stream.of(PostedAs.By.values())
                      .map(PostedAs.By::sqlName)
                      .collect(Collectors.joining(", "))));
    }
  }
}

package io.waybill.operator;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.waybill.broker.Report;
import io.waybill.journal.StepView;
import io.waybill.message.Outcome;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes reports of components that were handed their work and have done it since. */
@RestController
@RequestMapping(path = "/api/v1/messages/{seq}/steps", produces = MediaType.APPLICATION_JSON_VALUE)
final class ReportController {

  private static final int OK = 200;
  private static final int UNPROCESSABLE = 422;
  private static final int LONGEST = 1000;
  private static final int LARGEST_REPLY = 1024 * 1024;

  private static final Pattern POSTING_ID =
      Pattern.compile("[0-9a-f]{32}-[0-9]{1,9}-([0-9]{1,9})-[0-9]{1,9}");

  private final Reports reports;
  private final Ledger ledger;

  ReportController(Reports reports, Ledger ledger) {
    this.reports = reports;
    this.ledger = ledger;
  }

  /**
   * What a component reports.
   *
   * @param postingId what it was posted under
   * @param outcome posted or refused
   * @param detail in words
   * @param reply what it answers, as text
   * @param contentType the media type of that
   * @param code as a status of HTTP
   */
  record Body(
      @JsonProperty("posting_id") @Nullable String postingId,
      @Nullable String outcome,
      @Nullable String detail,
      @Nullable String reply,
      @JsonProperty("content_type") @Nullable String contentType,
      @Nullable Integer code) {}

  @PostMapping("/{step}")
  CompletableFuture<ResponseEntity<Object>> report(
      @PathVariable("seq") long seq, @PathVariable("step") String step, @RequestBody Body body) {
    PostingId id = postingId(seq, step, body.postingId());
    Report report = new Report(seq, id, outcome(body));
    return reports
        .report(report)
        .thenApply(done -> ResponseEntity.ok(Map.of("seq", seq, "posting_id", id.text())));
  }

  private PostingId postingId(long seq, String step, @Nullable String text) {
    Matcher id = POSTING_ID.matcher(text == null ? "" : text);
    if (!id.matches()) {
      throw MessageController.bad(
          "posting_id: is missing, or none; give the one that the work came with.");
    }
    String number = id.group(1);
    boolean named =
        ledger.steps(seq).stream()
            .filter(known -> String.valueOf(known.step()).equals(number))
            .map(StepView::name)
            .anyMatch(step::equals);
    if (!named && !step.equals(number)) {
      throw MessageController.bad(
          "posting_id: '%s' is that of step %s, not of %s.".formatted(text, number, step));
    }
    return new PostingId(id.group());
  }

  private static Outcome outcome(Body body) {
    String detail = body.detail() == null ? "the component reported it" : body.detail();
    if (detail.length() > LONGEST || detail.indexOf('\0') >= 0) {
      throw MessageController.bad(
          "detail: at most %d characters, and none of them U+0000.".formatted(LONGEST));
    }
    String outcome = body.outcome() == null ? "" : body.outcome();
    return switch (outcome) {
      case "posted" -> new Outcome.Posted(detail, reply(body, OK));
      case "refused" -> new Outcome.Refused(Reason.REFUSED, detail, reply(body, UNPROCESSABLE));
      default ->
          throw MessageController.bad(
              "outcome: '%s' is none; write posted or refused.".formatted(outcome));
    };
  }

  private static Reply reply(Body body, int usual) {
    byte[] bytes =
        body.reply() == null ? new byte[0] : body.reply().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LARGEST_REPLY) {
      throw MessageController.bad("reply: at most %,d bytes.".formatted(LARGEST_REPLY));
    }
    Integer code = body.code();
    if (code != null && (code < OK || code > 599)) {
      throw MessageController.bad("code: '%d' is none; write 200 to 599.".formatted(code));
    }
    return new Reply(code == null ? usual : code, body.contentType(), Map.of(), bytes);
  }
}

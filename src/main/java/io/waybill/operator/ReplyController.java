package io.waybill.operator;

import io.waybill.journal.MessageView;
import io.waybill.journal.Replies;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Gives replies to those whose they are, and lets these release them. */
@RestController
@RequestMapping("/api/v1")
final class ReplyController {

  private static final int USUAL = 100;
  private static final int MOST = 1000;
  private static final String SECONDS_TO_WAIT = "1";

  private final Ledger ledger;
  private final ReplyAnswers replies;
  private final Clock clock;

  ReplyController(Ledger ledger, ReplyAnswers replies, Clock clock) {
    this.ledger = ledger;
    this.replies = replies;
    this.clock = clock;
  }

  @GetMapping("/messages/{seq}/reply")
  ResponseEntity<Object> reply(@PathVariable("seq") long seq, @AuthenticationPrincipal User user) {
    // the message first: one that is posted by then has its reply already
    MessageView view = readable(seq, user);
    Optional<Reply> reply = replies.stored(seq);
    if (reply.isPresent()) {
      return given(seq, reply.get());
    }
    return switch (view.status()) {
      case POSTED -> throw none(seq);
      case SKIPPED, CANCELLED ->
          throw new ProblemException(
              Problem.CLOSED, "Message %d is %s.".formatted(seq, view.status().sqlName()));
      case SUBMITTED, POSTING, RETRIABLE, RETRY, IN_DOUBT, FAILED, CANCELLING ->
          ResponseEntity.accepted()
              .location(MessageJson.location(seq))
              .header(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT)
              .body(MessageJson.message(view));
    };
  }

  private static ResponseEntity<Object> given(long seq, Reply reply) {
    HttpHeaders headers = ReplyAnswers.headers(reply);
    headers.remove(HttpHeaders.LOCATION);
    headers.remove(HttpHeaders.ETAG);
    headers.set("Waybill-Reply-Code", String.valueOf(reply.code()));
    // never shown by a browser: what a destination answered is not to run here
    headers.setContentDisposition(ContentDisposition.attachment().filename("reply-" + seq).build());
    return ResponseEntity.ok().headers(headers).body(reply.body());
  }

  @DeleteMapping("/messages/{seq}/reply")
  ResponseEntity<Object> release(
      @PathVariable("seq") long seq, @AuthenticationPrincipal User user) {
    MessageView view = readable(seq, user);
    if (!user.name().equals(view.sender()) && !user.may(Right.DECIDE)) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          "Only the sender of message %d, or an operator, may release its reply.".formatted(seq));
    }
    Replies.Stored stored = ledger.reply(seq).map(Replies.Found::stored).orElse(null);
    if (stored == null) {
      throw view.status().closed() ? none(seq) : pending(view);
    }
    if (stored.release() == Release.NONE) {
      throw new ProblemException(
          Problem.NOT_ALLOWED,
          "Replies to '%s' are not released; this one is kept until %s."
              .formatted(view.operation(), stored.keepUntil()));
    }
    ledger.release(seq, user.name());
    return ResponseEntity.noContent().build();
  }

  @GetMapping(path = "/replies", produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, @Nullable Object> unreleased(
      @RequestParam(name = "unreleased", defaultValue = "true") boolean unreleased,
      @RequestParam Map<String, String> parameters,
      @AuthenticationPrincipal User user) {
    if (!unreleased) {
      throw MessageController.bad(
          "unreleased: only replies that are to be released are listed; write unreleased=true.");
    }
    int limit = (int) MessageController.number(parameters, "limit", 1, MOST, USUAL);
    long after = MessageController.number(parameters, "after", 0, Long.MAX_VALUE, 0);
    String sender = user.may(Right.READ) ? parameters.get("sender") : user.name();
    List<Replies.Stored> found = ledger.unreleased(sender, after, limit);
    Instant now = clock.instant();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("replies", found.stream().map(stored -> json(stored, now)).toList());
    json.put("next", found.size() == limit ? found.get(found.size() - 1).seq() : null);
    return json;
  }

  private static Map<String, @Nullable Object> json(Replies.Stored stored, Instant now) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("seq", stored.seq());
    json.put("operation", stored.operation());
    json.put("sender", stored.sender());
    json.put("message_id", stored.messageId());
    json.put("at", stored.at().toString());
    json.put("age", Duration.between(stored.at(), now).toSeconds());
    json.put("release", stored.release().sqlName());
    json.put("keep_until", stored.keepUntil().toString());
    json.put("overdue", stored.overdue(now));
    json.put("code", stored.code());
    json.put("size", stored.size());
    return json;
  }

  /** What a user may not see does not exist for it. */
  private MessageView readable(long seq, User user) {
    return ledger
        .message(seq)
        .filter(view -> user.mayRead(view.sender()))
        .orElseThrow(() -> MessageController.unknown(seq));
  }

  private static ProblemException pending(MessageView view) {
    return new ProblemException(
        Problem.PENDING,
        "Message %d is %s; there is no reply yet.".formatted(view.seq(), view.status().sqlName()));
  }

  private static ProblemException none(long seq) {
    return new ProblemException(
        Problem.NOT_FOUND,
        "There is no reply to message %d: none was declared, or none came.".formatted(seq));
  }
}

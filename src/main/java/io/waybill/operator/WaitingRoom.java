package io.waybill.operator;

import io.waybill.broker.Receipt;
import io.waybill.broker.Waiters;
import io.waybill.broker.Waiters.Settled;
import io.waybill.journal.MessageView;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;

/** Has senders wait until their message has come to an end, without keeping a thread for them. */
final class WaitingRoom {

  /** Beyond the wait: as long as the journal may take to say that the document is durable. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  private final Waiters waiters;
  private final Ledger ledger;
  private final ReplyAnswers replies;
  private final Duration longest;

  WaitingRoom(Waiters waiters, Ledger ledger, ReplyAnswers replies, Duration longest) {
    this.waiters = waiters;
    this.ledger = ledger;
    this.replies = replies;
    this.longest = longest;
  }

  /** The longest anybody may wait. */
  Duration longest() {
    return longest;
  }

  /** A place, to be taken before the document is handed in. */
  Waiters.Place place() {
    return waiters.place();
  }

  /**
   * The answer to somebody who waits for what becomes of a document.
   *
   * @param place given back when it is answered
   * @param otherwise answers whoever has nothing to wait for, or waited in vain
   */
  DeferredResult<Object> answer(
      HttpServletRequest request,
      CompletableFuture<Receipt> taken,
      Duration wait,
      Waiters.Place place,
      BiFunction<HttpServletRequest, Receipt, ResponseEntity<Object>> otherwise) {
    DeferredResult<Object> result = new DeferredResult<>(wait.plus(SLACK).toMillis());
    var unused =
        taken
            .thenCompose(receipt -> settled(request, receipt, wait, otherwise))
            .whenComplete(
                (answer, failure) -> {
                  place.close();
                  if (failure == null) {
                    result.setResult(answer);
                  } else {
                    result.setErrorResult(
                        failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
                  }
                });
    return result;
  }

  private CompletableFuture<ResponseEntity<Object>> settled(
      HttpServletRequest request,
      Receipt receipt,
      Duration wait,
      BiFunction<HttpServletRequest, Receipt, ResponseEntity<Object>> otherwise) {
    boolean duplicate = receipt.result() == Receipt.Result.DUPLICATE;
    if (!duplicate && receipt.result() != Receipt.Result.ACCEPTED) {
      return CompletableFuture.completedFuture(otherwise.apply(request, receipt));
    }
    MessageRow row = receipt.message();
    CompletableFuture<Optional<Settled>> told = waiters.await(row.seq(), wait);
    // what came to an end before is not told any more
    ledger
        .message(row.seq())
        .filter(view -> Waiters.ends(view.status()))
        .ifPresent(view -> told.complete(Optional.of(settled(view))));
    return told.thenApply(
        ended ->
            ended
                .map(known -> answer(request, row, known, duplicate))
                .orElseGet(() -> otherwise.apply(request, receipt)));
  }

  private static Settled settled(MessageView view) {
    return new Settled(view.status(), view.reason(), view.reasonDetail(), null);
  }

  private ResponseEntity<Object> answer(
      HttpServletRequest request, MessageRow row, Settled ended, boolean duplicate) {
    long seq = row.seq();
    Optional<Reply> reply =
        ended.reply() == null ? replies.stored(seq) : Optional.of(ended.reply());
    if (reply.isPresent()) {
      return ReplyAnswers.answer(seq, reply.get(), duplicate);
    }
    return switch (ended.status()) {
      case POSTED -> posted(row, ended, duplicate);
      case FAILED ->
          refused(
              request,
              Problem.FAILED,
              seq,
              ended,
              "Message %d failed: %s. It is kept, and a person decides; ask at its address. Sent again under the same id, it is the same message."
                  .formatted(seq, ended.detail() == null ? "no reason is known" : ended.detail()));
      default ->
          refused(
              request,
              Problem.CLOSED,
              seq,
              ended,
              "Message %d is %s. Under another id the document is taken as a new one."
                  .formatted(seq, ended.status().sqlName()));
    };
  }

  private static ResponseEntity<Object> posted(MessageRow row, Settled ended, boolean duplicate) {
    Map<String, @Nullable Object> receipt = MessageJson.receipt(row);
    receipt.put("status", ended.status().sqlName());
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.ok().location(MessageJson.location(row.seq()));
    if (duplicate) {
      answer.header(ReplyAnswers.REPLAYED, "true");
    }
    return answer.body(receipt);
  }

  private static ResponseEntity<Object> refused(
      HttpServletRequest request, Problem problem, long seq, Settled ended, String detail) {
    ProblemDetail body = Problems.in(request, problem.with(detail));
    body.setProperty("seq", seq);
    body.setProperty("message_status", ended.status().sqlName());
    Reason reason = ended.reason();
    if (reason != null) {
      body.setProperty("reason", reason.sqlName());
    }
    return ResponseEntity.status(problem.status())
        .location(MessageJson.location(seq))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(body);
  }
}

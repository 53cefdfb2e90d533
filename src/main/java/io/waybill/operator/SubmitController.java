package io.waybill.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.broker.Intake;
import io.waybill.broker.Receipt;
import io.waybill.broker.Waiters;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.operator.Bodies.Body;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where documents come in by HTTP. The answer says what the journal says: {@code 202} is given when
 * the document is durable, and whoever gets anything else still has it.
 */
@RestController
@RequestMapping("/api/v1/messages")
final class SubmitController {

  /**
   * How long the thread of a request waits for its answer. Commits take a few milliseconds, and to
   * hand a request over to another thread costs more than the rest of it; but while the journal is
   * slow no thread is kept from others.
   */
  private static final long PROMPT_MILLIS = 50;

  private final Intake intake;
  private final Bodies bodies;
  private final SubmissionForm form;
  private final ObjectMapper json;
  private final ReplyAnswers replies;
  private final WaitingRoom room;

  SubmitController(
      Intake intake,
      Bodies bodies,
      SubmissionForm form,
      ObjectMapper json,
      ReplyAnswers replies,
      WaitingRoom room) {
    this.intake = intake;
    this.bodies = bodies;
    this.form = form;
    this.json = json;
    this.replies = replies;
    this.room = room;
  }

  @PostMapping
  @Nullable Object submit(
      HttpServletRequest request, HttpServletResponse response, @AuthenticationPrincipal User user)
      throws IOException {
    return take(request, response, user, null);
  }

  @PostMapping("/{operation}")
  @Nullable Object submit(
      HttpServletRequest request,
      HttpServletResponse response,
      @AuthenticationPrincipal User user,
      @PathVariable("operation") String operation)
      throws IOException {
    if (!user.maySubmit(operation)) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          "User '%s' may not send '%s', only: %s."
              .formatted(user.name(), operation, String.join(", ", user.operations())));
    }
    return take(request, response, user, operation);
  }

  // The body is closed by whoever comes last: the broker's answer, or the failure to ask it.
  // A future that is returned is Spring MVC's to wait for.
  @SuppressWarnings({"try", "FutureReturnValueIgnored"})
  private @Nullable Object take(
      HttpServletRequest request,
      HttpServletResponse response,
      User user,
      @Nullable String operation)
      throws IOException {
    refuseEncoded(request);
    Preferences prefer = Preferences.of(request, room.longest());
    if (prefer.waits()) {
      return takeAndWait(request, user, operation, prefer);
    }
    Body body = bodies.read(request);
    try {
      CompletableFuture<Receipt> taken =
          intake
              .submit(form.of(request, body.bytes(), user, operation))
              .whenComplete((receipt, failure) -> body.close());
      if (!awaited(taken)) {
        return taken.thenApply(receipt -> answer(request, receipt));
      }
      Receipt receipt = taken.join();
      if (receipt.result() != Receipt.Result.ACCEPTED) {
        return answer(request, receipt);
      }
      accepted(response, receipt.message());
      return null;
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** The place is taken before the body is read: whoever finds none still has the document. */
  private Object takeAndWait(
      HttpServletRequest request, User user, @Nullable String operation, Preferences prefer)
      throws IOException {
    Waiters.Place place = room.place();
    try {
      Body body = bodies.read(request);
      CompletableFuture<Receipt> taken;
      try {
        taken = intake.submit(form.of(request, body.bytes(), user, operation));
      } catch (RuntimeException e) {
        body.close();
        throw e;
      }
      return room.answer(
          request,
          taken.whenComplete((receipt, failure) -> body.close()),
          prefer.patience(),
          place,
          this::answer);
    } catch (IOException | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** Whether it was taken while this thread waited; else it is answered by another one. */
  private static boolean awaited(CompletableFuture<Receipt> taken) {
    try {
      taken.get(PROMPT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What {@link #answer} says, without the search for who could write it. */
  private void accepted(HttpServletResponse response, MessageRow row) throws IOException {
    byte[] body = json.writeValueAsBytes(MessageJson.receipt(row));
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
    response.setHeader(HttpHeaders.LOCATION, MessageJson.location(row.seq()).toString());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static void refuseEncoded(HttpServletRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.toLowerCase(Locale.ROOT).equals("identity")) {
      throw new ProblemException(
          Problem.UNSUPPORTED,
          "Content-Encoding '%s' is not taken: documents are kept as received. Send it as it is."
              .formatted(encoding));
    }
  }

  private ResponseEntity<Object> answer(HttpServletRequest request, Receipt receipt) {
    MessageRow row = receipt.message();
    return switch (receipt.result()) {
      case ACCEPTED ->
          ResponseEntity.accepted()
              .location(MessageJson.location(row.seq()))
              .body(MessageJson.receipt(row));
      case DUPLICATE -> replies.replay(row).orElseGet(() -> duplicate(request, row));
      case CONFLICT -> refused(request, Problem.ID_CONFLICT, row, detail(row));
      case FAILED -> refused(request, problem(row), row, detail(row));
    };
  }

  private static ResponseEntity<Object> duplicate(HttpServletRequest request, MessageRow row) {
    Status status = row.standing().status();
    return switch (status) {
      case POSTED ->
          ResponseEntity.ok()
              .location(MessageJson.location(row.seq()))
              .header(ReplyAnswers.REPLAYED, "true")
              .body(MessageJson.receipt(row));
      case SKIPPED, CANCELLED ->
          refused(
              request,
              Problem.CLOSED,
              row,
              "This document was received before, as message %d, and is %s. Under another id it is taken as a new one."
                  .formatted(row.seq(), status.sqlName()));
      case FAILED ->
          row.received().ownsId()
              ? pending(request, row)
              : refused(request, problem(row), row, detail(row));
      case SUBMITTED, POSTING, RETRIABLE, RETRY, IN_DOUBT, CANCELLING -> pending(request, row);
    };
  }

  private static ResponseEntity<Object> pending(HttpServletRequest request, MessageRow row) {
    return refused(
        request,
        Problem.PENDING,
        row,
        "This document was received before, as message %d, and is %s. There is no need to send it again."
            .formatted(row.seq(), row.standing().status().sqlName()));
  }

  private static Problem problem(MessageRow row) {
    Reason reason = row.standing().reason();
    if (reason == null) {
      return Problem.NOT_PROCESSABLE;
    }
    return switch (reason) {
      case UNREADABLE -> Problem.UNREADABLE;
      case UNTYPED -> Problem.UNTYPED;
      case UNKEYED -> row.received().messageId().isEmpty() ? Problem.ID_MISSING : Problem.UNKEYED;
      case CONFLICT -> Problem.ID_CONFLICT;
      case TOO_LARGE -> Problem.TOO_LARGE;
      default -> Problem.NOT_PROCESSABLE;
    };
  }

  private static String detail(MessageRow row) {
    String said = row.standing().detail();
    return "%s (kept as failed message %d)"
        .formatted(said == null ? "It cannot be processed" : said, row.seq());
  }

  private static ResponseEntity<Object> refused(
      HttpServletRequest request, Problem problem, MessageRow row, String detail) {
    ProblemDetail body = Problems.in(request, problem.with(detail));
    body.setProperty("seq", row.seq());
    body.setProperty("message_status", row.standing().status().sqlName());
    Reason reason = row.standing().reason();
    if (reason != null) {
      body.setProperty("reason", reason.sqlName());
    }
    return ResponseEntity.status(problem.status())
        .location(MessageJson.location(row.seq()))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(body);
  }
}

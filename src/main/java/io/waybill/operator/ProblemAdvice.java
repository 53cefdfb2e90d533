package io.waybill.operator;

import io.waybill.broker.ActionRefused;
import io.waybill.broker.NotNow;
import io.waybill.journal.JournalException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers whatever went wrong as a problem, Spring's own refusals too; shows no stack trace. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Object> refused(ProblemException e, HttpServletRequest request) {
    ProblemDetail problem = e.problem().with(String.valueOf(e.getMessage()));
    e.members().forEach(problem::setProperty);
    return ResponseEntity.status(e.problem().status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.in(request, problem));
  }

  @ExceptionHandler
  ResponseEntity<Object> notNow(NotNow e, HttpServletRequest request) {
    long seconds = Math.max(1, e.retryAfter().toSeconds());
    return ResponseEntity.status(Problem.NOT_NOW.status())
        .header(HttpHeaders.RETRY_AFTER, Long.toString(seconds))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.in(request, Problem.NOT_NOW.with(String.valueOf(e.getMessage()))));
  }

  @ExceptionHandler
  ResponseEntity<Object> actionRefused(ActionRefused e, HttpServletRequest request) {
    Problem problem =
        switch (e.kind()) {
          case UNKNOWN -> Problem.NOT_FOUND;
          case CHANGED -> Problem.CHANGED;
          case NOT_ALLOWED -> Problem.NOT_ALLOWED;
          case UNFIT -> Problem.NOT_PROCESSABLE;
        };
    return answer(request, problem, String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<Object> journal(JournalException e, HttpServletRequest request) {
    LOG.warn(
        "{} {}: {}", request.getMethod(), request.getRequestURI(), String.valueOf(e.getMessage()));
    return ResponseEntity.status(Problem.NOT_NOW.status())
        .header(HttpHeaders.RETRY_AFTER, "5")
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(
            Problems.in(
                request,
                Problem.NOT_NOW.with("The journal cannot be read at present; try again.")));
  }

  @ExceptionHandler({AccessDeniedException.class, AuthenticationException.class})
  void security(RuntimeException e) {
    // belongs to the security filters in front
    throw e;
  }

  /** The client went away, or sent less than it announced: nobody is left to answer. */
  @ExceptionHandler
  ResponseEntity<Object> broken(IOException e, HttpServletRequest request) {
    LOG.debug("{} {} broke off", request.getMethod(), request.getRequestURI(), e);
    return answer(request, Problem.BAD_REQUEST, "The request broke off; nothing of it was kept.");
  }

  @ExceptionHandler
  ResponseEntity<Object> fault(RuntimeException e, HttpServletRequest request) {
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    return answer(
        request,
        Problem.INTERNAL,
        "The broker could not do this; its log says why. Whatever was answered before still holds.");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(
        ((ServletWebRequest) request).getRequest(),
        Problem.BAD_REQUEST,
        "The body is not the JSON expected here; write e.g. {\"why\": \"keyed in by hand\"}.");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleAsyncRequestTimeoutException(
      AsyncRequestTimeoutException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return notNow(
        new NotNow(
            "The journal did not answer in time. The document may be stored or not: send it again under the same id.",
            java.time.Duration.ofSeconds(5)),
        ((ServletWebRequest) request).getRequest());
  }

  /** Spring's own problems get our types and keep their words. */
  @Override
  protected @Nullable ResponseEntity<Object> createResponseEntity(
      @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    Problem problem = Problem.of(status.value());
    String detail =
        body instanceof ProblemDetail given && given.getDetail() != null
            ? given.getDetail()
            : problem.title();
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.in(((ServletWebRequest) request).getRequest(), problem.with(detail)));
  }

  private static ResponseEntity<Object> answer(
      HttpServletRequest request, Problem problem, String detail) {
    return ResponseEntity.status(problem.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.in(request, problem.with(detail)));
  }
}

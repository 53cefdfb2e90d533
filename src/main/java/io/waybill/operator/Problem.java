package io.waybill.operator;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Everything that may be answered instead of what was asked for. */
public enum Problem {
  /** The request itself cannot be understood. */
  BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be understood"),
  /** Neither the specification nor the request names an id. */
  ID_MISSING(HttpStatus.BAD_REQUEST, "The document has no id"),
  /** An action without a reason. */
  WHY_MISSING(HttpStatus.BAD_REQUEST, "The reason for the action is missing"),
  /** No or wrong credentials. */
  UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "User and password are needed"),
  /** Not allowed to this user. */
  FORBIDDEN(HttpStatus.FORBIDDEN, "Not allowed to this user"),
  /** No such thing, or none this user may see. */
  NOT_FOUND(HttpStatus.NOT_FOUND, "Not found"),
  /** The path is known, the method is not. */
  METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Not possible with this method"),
  /** None of the media types the client accepts can be given. */
  NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Not available in this form"),
  /** The same document was received before and is on its way. */
  PENDING(HttpStatus.CONFLICT, "Received before and still on its way"),
  /** The action is not allowed in the message's present status. */
  NOT_ALLOWED(HttpStatus.CONFLICT, "Not allowed in the present status"),
  /** Other messages require the one that is to be skipped. */
  REQUIRED(HttpStatus.CONFLICT, "Other messages require this one"),
  /** The same document was received before and was closed unposted. */
  CLOSED(HttpStatus.GONE, "Received before and closed unposted"),
  /** It was there, and was removed when its time was over. */
  REMOVED(HttpStatus.GONE, "No longer kept"),
  /** The reply was released, or its time is over. */
  RELEASED(HttpStatus.GONE, "The reply is no longer kept"),
  /** The message changed since it was read. */
  CHANGED(HttpStatus.PRECONDITION_FAILED, "Changed since it was read"),
  /** Larger than allowed. */
  TOO_LARGE(HttpStatus.PAYLOAD_TOO_LARGE, "The document is too large"),
  /** The body has a form that is not taken. */
  UNSUPPORTED(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Not taken in this form"),
  /** Broken XML or JSON, a DOCTYPE, nothing at all. */
  UNREADABLE(HttpStatus.UNPROCESSABLE_ENTITY, "The document cannot be read"),
  /** No operation, or more than one, matches. */
  UNTYPED(HttpStatus.UNPROCESSABLE_ENTITY, "The document's operation is not known"),
  /** A key is missing or cannot be used. */
  UNKEYED(HttpStatus.UNPROCESSABLE_ENTITY, "The document lacks a key"),
  /** Other bytes were received under the same id. */
  ID_CONFLICT(HttpStatus.UNPROCESSABLE_ENTITY, "Another document has this id"),
  /** The document could not be taken for another reason. */
  NOT_PROCESSABLE(HttpStatus.UNPROCESSABLE_ENTITY, "The document cannot be processed"),
  /** The destination refused the document for good; this is the reply. */
  REFUSED(HttpStatus.UNPROCESSABLE_ENTITY, "The destination refused the document"),
  /** Too many wrong passwords from there. */
  TOO_MANY_GUESSES(HttpStatus.TOO_MANY_REQUESTS, "Too many wrong passwords"),
  /** A fault of the broker. */
  INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "A fault of the broker"),
  /** The message whose reply somebody waits for failed. */
  FAILED(HttpStatus.BAD_GATEWAY, "The message failed"),
  /** The message is posted, but what the destination answered could not be kept. */
  REPLY_LOST(HttpStatus.BAD_GATEWAY, "Posted, but the destination's answer could not be kept"),
  /** The broker is full, starting or stopping, or its journal cannot be reached. */
  NOT_NOW(HttpStatus.SERVICE_UNAVAILABLE, "Not now");

  /** Where the types are explained; relative, so that it holds wherever the broker is. */
  public static final String TYPES = "/problems/";

  private final HttpStatus status;
  private final String title;

  Problem(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The last part of its type, e.g. {@code id-missing}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The status of the answer. */
  public HttpStatus status() {
    return status;
  }

  /** The same for every occurrence. */
  public String title() {
    return title;
  }

  /** This problem with what is wrong here, and what to do instead. */
  public ProblemDetail with(String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setType(URI.create(TYPES + code()));
    problem.setTitle(title);
    return problem;
  }

  /** The problem of that code. */
  static Optional<Problem> of(String code) {
    for (Problem problem : values()) {
      if (problem.code().equals(code)) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  /** The problem that stands for a status nobody here gave a reason for. */
  static Problem of(int status) {
    for (Problem problem : values()) {
      if (problem.status.value() == status) {
        return problem;
      }
    }
    return status < 500 ? BAD_REQUEST : INTERNAL;
  }
}

package io.waybill.camel;

import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.spec.Destination;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.ValidationException;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessException;

/**
 * What the exception of a posting route means. The causes are asked from the outside in, first by
 * the destination's own classification, then by the defaults; the first that says something
 * decides. What nobody knows is ambiguous: the request may have taken effect. Texts of messages are
 * never looked at.
 *
 * <p>A local file that cannot be written is {@code unavailable} where folder or permission are
 * missing and refused where the name is taken; anything else a file system says, a full disk
 * included, has no type of its own in Java and so is ambiguous.
 */
public final class Failures {

  private static final int LONGEST_DETAIL = 1000;

  /** FTP: service not available, cannot open data connection, log-in, account, storage, path. */
  private static final Set<Integer> FTP_UNAVAILABLE =
      Set.of(421, 425, 430, 450, 452, 530, 532, 550, 552);

  private final Clock clock;

  /** Failures read by that clock, which tells how far away the date of a Retry-After is. */
  public Failures(Clock clock) {
    this.clock = clock;
  }

  /** The class of a failure at that destination. */
  public Outcome classify(Throwable failure, Destination destination) {
    List<Throwable> causes = causes(failure);
    String detail = detail(failure, causes);
    for (Throwable cause : causes) {
      Outcome outcome = declared(cause, destination.classify(), detail);
      if (outcome != null) {
        return outcome;
      }
    }
    for (Throwable cause : causes) {
      Outcome outcome = known(cause, detail);
      if (outcome != null) {
        return outcome;
      }
    }
    return new Outcome.Ambiguous(detail);
  }

  private static List<Throwable> causes(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> causes = new ArrayList<>();
    Throwable next = failure;
    while (next != null && seen.add(next)) {
      causes.add(next);
      next = next.getCause();
    }
    return causes;
  }

  private static String detail(Throwable failure, List<Throwable> causes) {
    Throwable root = causes.get(causes.size() - 1);
    String text = root == failure ? failure.toString() : failure + ", caused by " + root;
    return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text;
  }

  private @Nullable Outcome declared(
      Throwable cause, Destination.Classify classify, String detail) {
    Predicate<Set<String>> names =
        declared -> hasStatus(cause, declared) || hasClass(cause, declared);
    if (names.test(classify.permanent())) {
      return new Outcome.Refused(Reason.REFUSED, detail);
    }
    if (names.test(classify.passing())) {
      return new Outcome.Transient(detail, retryAfter(cause));
    }
    if (names.test(classify.unavailable())) {
      return new Outcome.Unavailable(detail, retryAfter(cause));
    }
    return names.test(classify.ambiguous()) ? new Outcome.Ambiguous(detail) : null;
  }

  private static boolean hasStatus(Throwable cause, Set<String> codes) {
    return cause instanceof HttpOperationFailedException http
        && codes.contains(String.valueOf(http.getStatusCode()));
  }

  private static boolean hasClass(Throwable cause, Set<String> names) {
    for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
      if (names.contains(type.getName()) || names.contains(type.getSimpleName())) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Outcome known(Throwable cause, String detail) {
    if (cause instanceof NotInTurn) {
      return new Outcome.NotSent(detail);
    }
    if (cause instanceof HttpOperationFailedException http) {
      return byStatus(http, detail);
    }
    if (cause instanceof SQLException sql) {
      return bySqlState(sql, detail);
    }
    if (cause instanceof ActiveMQException artemis) {
      return byArtemisType(artemis, detail);
    }
    if (cause instanceof GenericFileOperationFailedException file && file.getCode() != 0) {
      return FTP_UNAVAILABLE.contains(file.getCode())
          ? new Outcome.Unavailable(detail, null)
          : new Outcome.Ambiguous(detail);
    }
    return byType(cause, detail);
  }

  private Outcome byStatus(HttpOperationFailedException http, String detail) {
    int code = http.getStatusCode();
    return switch (code) {
      case 401, 403, 404, 407, 429, 503 -> new Outcome.Unavailable(detail, retryAfter(http));
      case 408, 425 -> new Outcome.Transient(detail, retryAfter(http));
      default ->
          code >= 400 && code < 500
              ? new Outcome.Refused(Reason.REFUSED, detail)
              : new Outcome.Ambiguous(detail);
    };
  }

  private @Nullable Duration retryAfter(Throwable cause) {
    if (!(cause instanceof HttpOperationFailedException http)
        || http.getResponseHeaders() == null) {
      return null;
    }
    for (Map.Entry<String, String> header : http.getResponseHeaders().entrySet()) {
      if ("Retry-After".equalsIgnoreCase(header.getKey()) && header.getValue() != null) {
        return retryAfter(header.getValue().trim());
      }
    }
    return null;
  }

  /** Seconds or an HTTP date. */
  private @Nullable Duration retryAfter(String value) {
    try {
      Duration duration =
          !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(clock.instant(), httpDate(value));
      return duration.isNegative() ? Duration.ZERO : duration;
    } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
      return null; // nonsense from outside says nothing
    }
  }

  private static Instant httpDate(String value) {
    return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private static @Nullable Outcome bySqlState(SQLException sql, String detail) {
    if (sql instanceof SQLTransientConnectionException) {
      return new Outcome.Unavailable(detail, null); // no connection from the pool
    }
    String state = sql.getSQLState();
    if (state == null || state.length() < 2) {
      return sql instanceof java.sql.SQLTransientException
          ? new Outcome.Transient(detail, null)
          : null;
    }
    return switch (state) {
      case "08001", "08004", "57P03", "42501", "42P01", "42703" ->
          new Outcome.Unavailable(detail, null);
      case "55P03", "57014" -> new Outcome.Transient(detail, null);
      case "40003" -> new Outcome.Ambiguous(detail); // whether the statement completed is unknown
      default ->
          switch (state.substring(0, 2)) {
            case "22", "23", "42" -> new Outcome.Refused(Reason.REFUSED, detail);
            case "40" -> new Outcome.Transient(detail, null);
            case "28", "53" -> new Outcome.Unavailable(detail, null);
            default ->
                sql instanceof java.sql.SQLTransientException
                    ? new Outcome.Transient(detail, null)
                    : new Outcome.Ambiguous(detail);
          };
    };
  }

  private static Outcome byArtemisType(ActiveMQException artemis, String detail) {
    return switch (artemis.getType()) {
      // Only a repetition is refused as one: the first has arrived.
      case DUPLICATE_ID_REJECTED -> new Outcome.Posted("refused as a repetition: it is there");
      case NOT_CONNECTED,
          ADDRESS_FULL,
          ADDRESS_DOES_NOT_EXIST,
          QUEUE_DOES_NOT_EXIST,
          SECURITY_EXCEPTION,
          SESSION_CREATION_REJECTED,
          CLUSTER_SECURITY_EXCEPTION ->
          new Outcome.Unavailable(detail, null);
      case TRANSACTION_ROLLED_BACK -> new Outcome.Transient(detail, null);
      default -> new Outcome.Ambiguous(detail);
    };
  }

  private static @Nullable Outcome byType(Throwable cause, String detail) {
    if (isUnavailable(cause)) {
      return new Outcome.Unavailable(detail, null);
    }
    if (cause instanceof TransientDataAccessException
        || cause instanceof ConnectionRequestTimeoutException
        || cause instanceof jakarta.jms.TransactionRolledBackException) {
      return new Outcome.Transient(detail, null);
    }
    if (cause instanceof ValidationException
        || cause instanceof InvalidPayloadException
        || cause instanceof NoTypeConversionAvailableException
        || cause instanceof TypeConversionException
        || cause instanceof FileAlreadyExistsException
        || cause instanceof jakarta.jms.MessageFormatException
        || cause instanceof jakarta.jms.MessageNotWriteableException) {
      return new Outcome.Refused(Reason.REFUSED, detail);
    }
    return null;
  }

  /** Nothing was sent, and it would be the same for any other message. */
  private static boolean isUnavailable(Throwable cause) {
    return cause instanceof ConnectException
        || cause instanceof ConnectTimeoutException
        || cause instanceof UnknownHostException
        || cause instanceof NoRouteToHostException
        || cause instanceof PortUnreachableException
        || cause instanceof SSLHandshakeException
        || cause instanceof SSLPeerUnverifiedException
        || cause instanceof jakarta.jms.InvalidDestinationException
        || cause instanceof jakarta.jms.JMSSecurityException
        || cause instanceof jakarta.jms.ResourceAllocationException
        || cause instanceof FileNotFoundException
        || cause instanceof NoSuchFileException
        || cause instanceof NotDirectoryException
        || cause instanceof AccessDeniedException
        || cause instanceof ReadOnlyFileSystemException
        || cause instanceof FailedToCreateProducerException
        || cause instanceof DirectConsumerNotAvailableException;
  }
}

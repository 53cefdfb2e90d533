package io.waybill.operator;

import io.waybill.message.Payload;
import io.waybill.message.Submission;
import io.waybill.message.TraceContext;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a submission of a request: takes of its fields only those that are listed. */
final class SubmissionForm {

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final String SOURCE = "http:/api/v1/messages";

  /** What is kept of every document, beside its media type. */
  private static final List<String> ALWAYS =
      List.of("Correlation-Id", "X-Correlation-Id", "X-Request-Id");

  private final SubmissionHeaders listed;

  SubmissionForm(SubmissionHeaders listed) {
    this.listed = listed;
  }

  Submission of(HttpServletRequest request, byte[] body, User user, @Nullable String operation) {
    Map<String, String> kept = new LinkedHashMap<>();
    ALWAYS.forEach(name -> take(request, name, kept));
    for (String name : listed.names()) {
      if (!TraceContext.isName(name)) {
        take(request, name, kept);
      }
    }
    kept.putAll(
        TraceContext.valid(
            joined(request, TraceContext.PARENT), joined(request, TraceContext.STATE)));
    String contentType = request.getContentType();
    Map<String, String> seen = new LinkedHashMap<>(kept);
    if (contentType != null) {
      seen.put("Content-Type", contentType);
    }
    return new Submission(
        new Payload(body, contentType, Collections.unmodifiableMap(kept)),
        user.name(),
        SOURCE,
        operation,
        user.operations(),
        idempotencyKey(request),
        Collections.unmodifiableMap(seen),
        null);
  }

  private static void take(HttpServletRequest request, String name, Map<String, String> into) {
    String value = joined(request, name);
    if (value != null) {
      into.put(name, value);
    }
  }

  private static @Nullable String joined(HttpServletRequest request, String name) {
    List<String> values = Collections.list(request.getHeaders(name));
    return values.isEmpty() ? null : String.join(", ", values);
  }

  /** The key without the quotes of a structured field; null where there is none. */
  private static @Nullable String idempotencyKey(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
    if (values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw new ProblemException(
          Problem.BAD_REQUEST, IDEMPOTENCY_KEY + " is given more than once; give it once.");
    }
    String key = values.get(0).strip();
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(key)) {
      throw new ProblemException(
          Problem.BAD_REQUEST,
          IDEMPOTENCY_KEY + " has characters beyond ASCII, which have no fixed meaning here.");
    }
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1).replaceAll("\\\\([\"\\\\])", "$1").strip();
    }
    return key.isEmpty() ? null : key;
  }
}

package io.waybill.operator;

import java.util.Map;

/** Ends a request with a problem. */
final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final transient Map<String, Object> members;

  ProblemException(Problem problem, String detail) {
    this(problem, detail, Map.of());
  }

  /**
   * A problem of which programs learn more.
   *
   * @param members what the answer has beside the words
   */
  ProblemException(Problem problem, String detail, Map<String, Object> members) {
    super(detail, null, false, false);
    this.problem = problem;
    this.members = members;
  }

  Map<String, Object> members() {
    return members;
  }

  Problem problem() {
    return problem;
  }
}

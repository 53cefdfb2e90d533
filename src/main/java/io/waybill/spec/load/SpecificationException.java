package io.waybill.spec.load;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is refused; the message lists all that is wrong with it. */
public final class SpecificationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** Refused for these. */
  public SpecificationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong. */
  public List<Problem> problems() {
    return problems;
  }
}

package io.waybill.spec.load;

import io.waybill.spec.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers all problems of a configuration, so that they are told at once. */
final class Problems {

  private final List<Problem> found = new ArrayList<>();

  /** The configuration is refused for this. */
  void error(Place at, String text, Object... parts) {
    found.add(new Problem(Problem.Severity.ERROR, at, text.formatted(parts)));
  }

  /** A person should know this. */
  void warn(Place at, String text, Object... parts) {
    found.add(new Problem(Problem.Severity.WARNING, at, text.formatted(parts)));
  }

  /** All, by file and line, each once. */
  List<Problem> all() {
    return found.stream()
        .distinct()
        .sorted(
            Comparator.comparing((Problem problem) -> problem.at().file())
                .thenComparingInt(problem -> problem.at().line()))
        .toList();
  }

  /** Those for which the configuration is refused. */
  List<Problem> errors() {
    return all().stream().filter(problem -> problem.severity() == Problem.Severity.ERROR).toList();
  }
}

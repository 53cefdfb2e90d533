package io.waybill.operator;

import io.waybill.spec.load.Problem;
import java.util.List;
import java.util.Set;

/** Where configuration and routes are read again: the broker, or a fake. */
public interface Reloads {

  /**
   * What came of it.
   *
   * @param problems where one is an error, nothing changed
   * @param specification whether the specification is another
   * @param routes the files whose routes were exchanged
   */
  record Outcome(List<Problem> problems, boolean specification, Set<String> routes) {

    /** What came of it. */
    public Outcome {
      problems = List.copyOf(problems);
      routes = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(routes));
    }

    /** Whether nothing changed because of what is wrong. */
    public boolean refused() {
      return problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }
  }

  /**
   * Has the files as they are now hold, all of them or none; returns when they do.
   *
   * @param dryRun only checks them
   */
  Outcome reload(String who, String why, boolean dryRun);
}

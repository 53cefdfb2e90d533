package io.waybill.cli;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Prints why the broker does not start, where whoever started it sees it. */
final class StartFailureReporter implements FailureAnalysisReporter {

  @Override
  public void report(FailureAnalysis analysis) {
    String action = analysis.getAction();
    System.err.println("waybill: cannot start: " + analysis.getDescription().strip());
    if (action != null && !action.isBlank()) {
      System.err.println(action.strip());
    }
  }
}

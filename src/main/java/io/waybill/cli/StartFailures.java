package io.waybill.cli;

import io.waybill.embedded.EmbeddedStartException;
import io.waybill.journal.SchemaException;
import io.waybill.operator.AccessSettingsException;
import io.waybill.spec.load.SpecificationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in a paragraph why the broker does not start, where a stack trace would say nothing more.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailures implements FailureAnalyzer {

  private record Explanation(int exitCode, String what, String remedy) {}

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    Explanation known = explain(failure);
    return known == null ? null : new FailureAnalysis(known.what(), known.remedy(), failure);
  }

  /** What the process ends with after that failure. */
  static int exitCode(Throwable failure) {
    Explanation known = explain(failure);
    if (known != null) {
      return known.exitCode();
    }
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof BindException) {
        return ExitCode.USAGE;
      }
    }
    return ExitCode.REFUSED;
  }

  private static @Nullable Explanation explain(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      Explanation known = explainOne(e);
      if (known != null) {
        return known;
      }
    }
    return routes(failure);
  }

  private static @Nullable Explanation explainOne(Throwable e) {
    if (e instanceof StartRefused refused) {
      return new Explanation(refused.exitCode(), message(refused), refused.remedy());
    }
    if (e instanceof SpecificationException wrong) {
      return new Explanation(
          ExitCode.USAGE,
          "the configuration is wrong:\n" + message(wrong),
          "Correct it; ./waybill validate checks it without starting.");
    }
    if (e instanceof AccessSettingsException wrong) {
      return new Explanation(ExitCode.USAGE, message(wrong), "");
    }
    if (e instanceof EmbeddedStartException refused) {
      return new Explanation(ExitCode.IMPOSSIBLE_HERE, message(refused), "");
    }
    if (e instanceof SchemaException refused) {
      boolean unreachable = refused.problem() == SchemaException.Problem.UNREACHABLE;
      return new Explanation(
          unreachable ? ExitCode.UNREACHABLE : ExitCode.USAGE, message(refused), "");
    }
    if (e instanceof NoSuchSslBundleException unknown) {
      return new Explanation(
          ExitCode.USAGE,
          "no certificate is configured as '%s'".formatted(unknown.getBundleName()),
          "Write it under spring.ssl.bundle.pem.%s or spring.ssl.bundle.jks.%s (docs/access.md)."
              .formatted(unknown.getBundleName(), unknown.getBundleName()));
    }
    if (e instanceof PortInUseException taken) {
      return new Explanation(
          ExitCode.IMPOSSIBLE_HERE,
          "another program listens on port " + taken.getPort(),
          "Stop that program, or choose another port with --server.port=PORT.");
    }
    return null;
  }

  /** Camel's own errors, known by their package, as only one room may know Camel's types. */
  private static @Nullable Explanation routes(Throwable failure) {
    StringBuilder what = new StringBuilder();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e.getClass().getName().startsWith("org.apache.camel.") || !what.isEmpty()) {
        String message = message(e).strip();
        if (what.indexOf(message) < 0) {
          what.append(what.isEmpty() ? "" : "\n  because ").append(message);
        }
      }
    }
    return what.isEmpty()
        ? null
        : new Explanation(
            ExitCode.USAGE, "a route cannot be started: " + what, "Correct it in routes/.");
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}

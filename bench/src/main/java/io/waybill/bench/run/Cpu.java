package io.waybill.bench.run;

import io.waybill.bench.services.Servers;
import java.time.Duration;

/**
 * Processor time, in seconds.
 *
 * @param candidate of the candidate and its children
 * @param jms of the JVM of Artemis
 * @param postgres of all processes of PostgreSQL
 */
public record Cpu(double candidate, double jms, double postgres) {

  /** What has been used so far. */
  static Cpu now(ProcessHandle candidate, Servers servers) {
    return new Cpu(tree(candidate), tree(servers.jms()), tree(servers.postgres()));
  }

  Cpu since(Cpu before) {
    return new Cpu(candidate - before.candidate, jms - before.jms, postgres - before.postgres);
  }

  private static double tree(ProcessHandle process) {
    return seconds(process) + process.children().mapToDouble(Cpu::tree).sum();
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
  }
}

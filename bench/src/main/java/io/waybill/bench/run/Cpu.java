package io.waybill.bench.run;

import io.waybill.bench.services.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Processor time, in seconds.
 *
 * @param candidate of the candidate and its children
 * @param jms of the JVM of Artemis
 * @param postgres of all processes of PostgreSQL
 * @param driver of the producer and what else measures
 * @param others of everything else on this machine; 0 where the system does not tell
 */
public record Cpu(double candidate, double jms, double postgres, double driver, double others) {

  private static final Path SYSTEM = Path.of("/proc/stat");

  /** What the kernel counts in, on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** What has been used so far. */
  static Cpu now(ProcessHandle candidate, Servers servers) {
    double own = tree(candidate);
    double jms = seconds(servers.jms());
    double postgres = tree(servers.postgres());
    double driver = seconds(ProcessHandle.current());
    return new Cpu(own, jms, postgres, driver, busy() - own - jms - postgres - driver);
  }

  /** What has been used since then. */
  public Cpu since(Cpu before) {
    return new Cpu(
        candidate - before.candidate,
        jms - before.jms,
        postgres - before.postgres,
        driver - before.driver,
        Math.max(0, others - before.others));
  }

  private static double tree(ProcessHandle process) {
    return seconds(process) + process.children().mapToDouble(Cpu::tree).sum();
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
  }

  /** Everything but idle and waiting for disks, over all processors. */
  static double busy() {
    if (!Files.exists(SYSTEM)) {
      return 0;
    }
    try (var lines = Files.lines(SYSTEM)) {
      String[] ticks = lines.findFirst().orElse("").split(" +");
      // cpu user nice system idle iowait irq softirq steal
      double sum = 0;
      for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
        sum += Double.parseDouble(ticks[i]);
      }
      return sum / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

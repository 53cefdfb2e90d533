package io.waybill.bench.engine;

import io.waybill.engine.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole life of a message in the engine: it arrives, it is posted, it goes. For each message
 * that comes one goes, so that as many stand behind at the end as did at the beginning.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
// behind a large backlog a second has a fifth of the messages, and the JVM learns by messages
@Warmup(iterations = 3, time = 1, timeUnit = TimeUnit.SECONDS)
@Measurement(iterations = 6, time = 250, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Life {

  private Driver driver;
  private Orders orders;
  private List<Event> arrivals = List.of();
  private long before;

  /** Who comes while it is measured. */
  abstract Orders orders();

  /** An engine and what stands in it already; the first of the orders may be among that. */
  abstract Driver prepared(Orders first);

  /** Throws where the engine does not hold what it should after the measurement. */
  abstract void check(Driver driver);

  /** Prepares the engine. */
  @Setup
  public void prepare() {
    orders = orders();
    driver = prepared(orders);
    before = driver.open();
  }

  /** Makes what arrives next, beside the time that is measured. */
  @Setup(Level.Invocation)
  public void documents() {
    arrivals = orders.next(Driver.GROUP);
  }

  /** A group of messages comes, and as many are posted. */
  @Benchmark
  @OperationsPerInvocation(Driver.GROUP)
  public long message() {
    driver.arrive(arrivals);
    driver.post(Driver.GROUP);
    return driver.posted();
  }

  /** A benchmark that measured something else, or nothing, has to fail. */
  @TearDown
  public void check() {
    if (driver.posted() == 0 || driver.open() != before) {
      throw new IllegalStateException("%d stood there before, now: %s".formatted(before, driver));
    }
    check(driver);
  }
}

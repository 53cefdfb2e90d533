package io.waybill.bench.engine;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** One line when a benchmark has ended; all that JMH says goes on to its log. */
final class Progress implements OutputFormat {

  private final OutputFormat log;
  private final Consumer<String> lines;
  private int ended;

  Progress(OutputFormat log, Consumer<String> lines) {
    this.log = log;
    this.lines = lines;
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    log.endBenchmark(result);
    ended++;
    lines.accept(
        Optional.ofNullable(result)
            .map(measured -> "%d: %s".formatted(ended, Cost.of(measured)))
            .orElse("%d: failed".formatted(ended)));
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    log.iteration(benchmark, params, iteration);
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult result) {
    log.iterationResult(benchmark, params, iteration, result);
  }

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {
    log.startBenchmark(benchmark);
  }

  @Override
  public void startRun() {
    log.startRun();
  }

  @Override
  public void endRun(Collection<RunResult> results) {
    log.endRun(results);
  }

  @Override
  public void print(String text) {
    log.print(text);
  }

  @Override
  public void println(String text) {
    log.println(text);
  }

  @Override
  public void verbosePrintln(String text) {
    log.verbosePrintln(text);
  }

  @Override
  public void write(int character) {
    log.write(character);
  }

  @Override
  public void write(byte[] text) throws IOException {
    log.write(text);
  }

  @Override
  public void flush() {
    log.flush();
  }

  @Override
  public void close() {
    log.close();
  }
}

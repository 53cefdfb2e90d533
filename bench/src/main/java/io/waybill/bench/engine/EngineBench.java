package io.waybill.bench.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of the engine and tells what they have shown. */
public final class EngineBench {

  private final Path json;
  private final Path log;
  private final Consumer<String> progress;

  /**
   * A run that has not begun.
   *
   * @param report the folder for {@code engine.json} and the log of JMH
   * @param progress takes a line when a benchmark has ended
   */
  public EngineBench(Path report, Consumer<String> progress) {
    this.json = report.resolve("engine.json");
    this.log = report.resolve("engine.log");
    this.progress = progress;
  }

  /**
   * Runs the benchmarks and returns the tables for the terminal.
   *
   * @param arguments which benchmarks, and whatever else JMH is to be told; may be empty
   */
  public String run(List<String> arguments)
      throws IOException, RunnerException, CommandLineOptionException {
    Files.createDirectories(json.getParent());
    Options options =
        new OptionsBuilder()
            .parent(new CommandLineOptions(arguments.toArray(String[]::new)))
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(json.toString())
            .build();
    try (PrintStream text = new PrintStream(log.toFile(), StandardCharsets.UTF_8)) {
      Progress lines =
          new Progress(
              OutputFormatFactory.createFormatInstance(text, VerboseMode.NORMAL), progress);
      List<Cost> costs =
          new Runner(options, lines)
              .run().stream().map(RunResult::getAggregatedResult).map(Cost::of).toList();
      progress.accept("What JMH itself said is in " + log);
      return new EngineReport(costs).text();
    }
  }

  /** The result of the run as JMH tells it. */
  public String json() throws IOException {
    return Files.readString(json);
  }
}

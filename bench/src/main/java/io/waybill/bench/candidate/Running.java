package io.waybill.bench.candidate;

import io.waybill.bench.run.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The process of a candidate. */
public final class Running implements AutoCloseable {

  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path log;

  /** Starts it and returns when it takes documents. */
  public static Running start(Candidate candidate, Stage stage) throws IOException {
    Files.createDirectories(stage.folder());
    Launch launch = candidate.launch(stage);
    Running running =
        new Running(launch, Files.createTempFile(stage.folder(), "log-", ".txt"), stage);
    try {
      Waiting.until(
          candidate.name() + ", see " + running.log,
          START_PATIENCE,
          () -> running.log().contains(launch.ready()) || !running.process.isAlive());
    } catch (RuntimeException e) {
      running.kill();
      throw e;
    }
    running.requireAlive();
    return running;
  }

  private Running(Launch launch, Path log, Stage stage) throws IOException {
    this.log = log;
    ProcessBuilder builder =
        new ProcessBuilder(launch.command())
            .directory(stage.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(launch.environment());
    process = builder.start();
    process.getOutputStream().close();
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Fails where it has ended by itself. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "It ended by itself with code %d, see %s:%n%s"
              .formatted(process.exitValue(), log, log()));
    }
  }

  /** Ends it as the kernel would: nothing in it runs any more. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** Ends it in order. */
  @Override
  public void close() {
    process.destroy();
    await();
    process.destroyForcibly();
  }

  private void await() {
    try {
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.waybill.bench.candidate;

import io.waybill.bench.run.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process of a candidate, with those it has started itself. */
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

  /** Ends it as the kernel would: nothing in it runs any more, nor in what it has started. */
  public void kill() {
    // a process that has ended has no descendants: they are asked for before
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
    await(started);
  }

  /** Ends it in order. What it leaves behind is killed. */
  @Override
  public void close() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroy();
    await(List.of());
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
    await(started);
  }

  private void await(List<ProcessHandle> started) {
    List<CompletableFuture<?>> ends = new ArrayList<>(List.of(process.onExit()));
    started.forEach(each -> ends.add(each.onExit()));
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // whoever waits for it has waited long enough
    } catch (ExecutionException e) {
      throw new IllegalStateException("The end of a process cannot fail", e);
    }
  }
}

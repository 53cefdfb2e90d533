package io.waybill.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts how often a running process forces its writes to disk, as strace sees it. */
final class SyncCount implements AutoCloseable {

  private final Process strace;
  private final Path output;

  private SyncCount(Process strace, Path output) {
    this.strace = strace;
    this.output = output;
  }

  /** Watches a process with all its threads; empty where strace is missing or not permitted. */
  static Optional<SyncCount> of(long pid, Path folder) throws IOException {
    Path output = Files.createTempFile(folder, "strace", ".txt");
    Process strace;
    try {
      strace =
          new ProcessBuilder(
                  "strace",
                  "-f",
                  "-e",
                  "trace=fsync,fdatasync",
                  "-o",
                  output.toString(),
                  "-p",
                  Long.toString(pid))
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      return Optional.empty();
    }
    BufferedReader messages = strace.inputReader();
    for (String line = messages.readLine(); line != null; line = messages.readLine()) {
      if (line.contains("attached")) {
        return Optional.of(new SyncCount(strace, output));
      }
    }
    return Optional.empty();
  }

  /** Stops watching and says how many syncs began meanwhile. */
  long stop() throws IOException {
    close();
    List<String> lines = Files.readAllLines(output);
    return lines.stream().filter(line -> line.matches(".*\\b(fsync|fdatasync)\\(.*")).count();
  }

  @Override
  public void close() {
    strace.destroy();
    strace.onExit().completeOnTimeout(strace, 10, TimeUnit.SECONDS).join();
    strace.destroyForcibly();
  }
}

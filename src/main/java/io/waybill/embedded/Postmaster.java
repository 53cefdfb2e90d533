package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main process of a PostgreSQL server on one database folder, as {@code postmaster.pid} names
 * it. The process may be a child of this one or the orphan of a broker that was killed.
 *
 * @param pid verified to be a PostgreSQL server on that folder when this record was made
 */
record Postmaster(Path database, long pid) {

  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  private static final String PID_FILE = "postmaster.pid";
  private static final Path PROC = Path.of("/proc");
  private static final Duration LOOK = Duration.ofMillis(10);

  /** After the signal that cannot be refused, only the kernel's cleaning up remains. */
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

  /** The server that runs on this folder; a pid file left by a dead one does not count. */
  static Optional<Postmaster> running(Path database) {
    List<String> lines = pidFile(database);
    if (lines.isEmpty() || !lines.get(0).strip().matches("\\d{1,18}")) {
      return Optional.empty();
    }
    Postmaster named = new Postmaster(database, Long.parseLong(lines.get(0).strip()));
    return named.alive() ? Optional.of(named) : Optional.empty();
  }

  /**
   * Removes the pid file of a dead server whose number now belongs to another process, as happens
   * after every restart of a container. PostgreSQL would take that process for a server.
   */
  static void forgetDead(Path database) throws IOException {
    if (running(database).isEmpty()) {
      Files.deleteIfExists(database.resolve(PID_FILE));
    }
  }

  /** Waits for the processes of a server that died without them; they notice it themselves. */
  static void awaitNobody(Path database, Duration patience) {
    if (!await(patience, () -> workers(database).isEmpty())) {
      workers(database).forEach(ProcessHandle::destroyForcibly);
      await(KILL_PATIENCE, () -> workers(database).isEmpty());
    }
  }

  /** True while the process lives and is a server on this folder, not a successor of its number. */
  boolean alive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    List<String> command = command();
    return !command.isEmpty()
        && Path.of(command.get(0)).endsWith("postgres")
        && (command.contains(database.toString()) || worksIn(process.get(), database));
  }

  /** The command line it was started with. */
  List<String> command() {
    if (Files.isDirectory(PROC)) {
      try {
        String line = Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.UTF_8);
        return line.isEmpty() ? List.of() : Arrays.asList(line.split("\0"));
      } catch (IOException e) {
        return List.of();
      }
    }
    return ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .flatMap(info -> info.commandLine())
        .map(line -> Arrays.asList(line.split(" ")))
        .orElse(List.of());
  }

  /** True once it accepts connections, by its own word. */
  boolean ready() {
    List<String> lines = pidFile(database);
    return lines.size() >= 8
        && lines.get(0).strip().equals(Long.toString(pid))
        && lines.get(7).strip().equals("ready");
  }

  int port() {
    List<String> lines = pidFile(database);
    return lines.size() >= 4 ? Integer.parseInt(lines.get(3).strip()) : 0;
  }

  /** Stops it: sessions are ended first, then everything is dropped, then it is killed. */
  void stop(ServerUser user, Path control, Duration patience) {
    signal(user, control, "INT");
    if (await(patience, () -> !alive())) {
      return;
    }
    LOG.warn("PostgreSQL (pid {}) does not stop, ending it without a checkpoint", pid);
    signal(user, control, "QUIT");
    if (await(KILL_PATIENCE, () -> !alive())) {
      return;
    }
    LOG.warn("PostgreSQL (pid {}) does not react, killing it", pid);
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    if (!await(KILL_PATIENCE, () -> !alive())) {
      throw new EmbeddedStartException(
          Problem.FOLDER_IN_USE,
          "the PostgreSQL of an earlier broker cannot be stopped: process " + pid,
          database.toString(),
          "End that process, then start again.");
    }
  }

  static boolean await(Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return condition.getAsBoolean();
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return true;
  }

  private void signal(ServerUser user, Path control, String name) {
    try {
      Process sender =
          user.process(List.of(control.toString(), "kill", name, Long.toString(pid)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      sender.waitFor(KILL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException e) {
      LOG.warn("cannot send SIG{} to PostgreSQL (pid {}): {}", name, pid, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> pidFile(Path database) {
    try {
      return Files.readAllLines(database.resolve(PID_FILE));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Every process of a server on this folder works in it. */
  private static List<ProcessHandle> workers(Path database) {
    if (!Files.isDirectory(PROC)) {
      return List.of();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> worksIn(process, database))
        .filter(process -> commandName(process).equals("postgres"))
        .toList();
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.isSameFile(PROC.resolve(process.pid() + "/cwd"), folder);
    } catch (IOException e) {
      return false;
    }
  }

  private static String commandName(ProcessHandle process) {
    try {
      return Files.readString(PROC.resolve(process.pid() + "/comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}

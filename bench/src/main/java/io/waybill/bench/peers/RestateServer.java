package io.waybill.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program of the Restate server, fetched by npm when it is needed first. */
final class RestateServer {

  static final String VERSION = "1.7.12";

  private static final long FETCH_SECONDS = 300;
  private static final long TRY_SECONDS = 20;

  private final Path folder;

  /** Takes the folder it is kept in. */
  RestateServer(Path folder) {
    this.folder = folder;
  }

  Path program() {
    return folder.resolve("node_modules").resolve(name()).resolve("bin/restate-server");
  }

  /** That of the platform; the package above it does no more than choose among them. */
  private static String name() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch");
    return "@restatedev/restate-server-%s-%s"
        .formatted(
            system.startsWith("mac") ? "darwin" : system,
            processor.equals("aarch64") ? "arm64" : "x64");
  }

  /** Sees to it that it is there and runs; tells why not, or null. */
  @Nullable String missing() {
    Path log = folder.resolve("fetch.log");
    try {
      Files.createDirectories(folder);
      if (!Files.exists(program())
          && !succeeds(FETCH_SECONDS, log, npm("%s@%s".formatted(name(), VERSION)))) {
        return "npm does not fetch %s %s, see %s".formatted(name(), VERSION, log);
      }
      return succeeds(TRY_SECONDS, log, List.of(program().toString(), "--version"))
          ? null
          : "its server does not run here, see " + log;
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** Without the scripts of packages; nothing here needs any. */
  private List<String> npm(String what) {
    return List.of(
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--prefix",
        folder.toString(),
        what);
  }

  private static boolean succeeds(long seconds, Path log, List<String> command)
      throws IOException, InterruptedException {
    File out = log.toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out).start();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }
}

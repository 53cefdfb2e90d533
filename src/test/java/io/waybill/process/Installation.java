package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked package, which nobody may write to, and whose programs run as a user without a name
 * where the test itself is root.
 */
final class Installation {

  static final int USER = 10001;

  /** A JRE has these modules; a JDK more. */
  private static final String JRE =
      "--limit-modules=java.se,jdk.crypto.ec,jdk.localedata,jdk.management,jdk.management.agent,"
          + "jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs";

  private static final Set<PosixFilePermission> WRITES =
      EnumSet.of(
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private final Path folder;
  private final List<String> asUser;

  private Installation(Path folder, List<String> asUser) {
    this.folder = folder;
    this.asUser = asUser;
  }

  /** Unpacks it as an administrator would. */
  static Installation unpack(Path archive, Path into) throws Exception {
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", into.toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).as("tar").isZero();
    List<Path> unpacked = list(into);
    assertThat(unpacked).as("one folder").hasSize(1);
    forbidWriting(unpacked.get(0));
    return new Installation(unpacked.get(0), asUser());
  }

  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Files that nobody may write to, root aside. */
  static void forbidWriting(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!Files.isSymbolicLink(file)) {
          Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
          permissions.removeAll(WRITES);
          Files.setPosixFilePermissions(file, permissions);
        }
      }
    }
  }

  private static List<String> asUser() throws InterruptedException {
    List<String> asUser =
        List.of(
            "setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--no-new-privs");
    List<String> trial = new ArrayList<>(asUser);
    trial.add(java());
    trial.add("-version");
    try {
      return new ProcessBuilder(trial).start().waitFor() == 0 ? asUser : List.of();
    } catch (IOException e) {
      return List.of(); // no such program
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  Path folder() {
    return folder;
  }

  /** A folder that the programs may write to. */
  Path writable(Path path) throws Exception {
    Files.createDirectories(path);
    if (!asUser.isEmpty()) {
      Files.setAttribute(path, "unix:uid", USER, LinkOption.NOFOLLOW_LINKS);
    }
    return path;
  }

  /** Everything in a folder, with size and time, to see whether anything was written. */
  static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        content.put(
            file.toString(), Files.size(file) + " bytes, " + Files.getLastModifiedTime(file));
      }
    }
    return content;
  }

  /** Starts {@code bin/waybill} as a supervisor would: without anything inherited. */
  Process start(Path home, Map<String, String> environment, @Nullable Path log, String... words)
      throws IOException {
    List<String> command = new ArrayList<>(asUser);
    command.add(folder.resolve("bin/waybill").toString());
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    if (log != null) {
      builder.redirectOutput(log.toFile());
    }
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("WAYBILL_JAVA_OPTS", "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + JRE);
    variables.putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** What a command printed, and its exit code. */
  record Ended(int code, String printed) {}

  Ended run(Path home, Map<String, String> environment, String... words) {
    try {
      Process process = start(home, environment, null, words);
      String printed = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(printed).isTrue();
      return new Ended(process.exitValue(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

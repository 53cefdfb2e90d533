package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * As whom PostgreSQL runs. It refuses to run as root, so where the broker is root the command gets
 * a prefix that drops the privilege and then becomes the server itself, with the same process id.
 *
 * <p>A user namespace is preferred: inside it the server is nobody special, outside its files
 * belong to root like all others of the broker. Where namespaces are forbidden, as in most
 * containers, the server runs as an unprivileged user, to whom its folder is given.
 *
 * @param prefix what stands before the command
 * @param owner user and group id that own the server's files, the broker's own if empty
 */
record ServerUser(List<String> prefix, List<Integer> owner) {

  /** The user that exists everywhere to own nothing. */
  private static final int NOBODY = 65534;

  private static final int ROOT = 0;

  private static final List<String> NAMESPACE_WITH_USER =
      List.of("unshare", "--user", "--map-user=1000", "--map-group=1000", "--");

  /** Without a mapping the kernel shows owner and server as the same overflow user. */
  private static final List<String> NAMESPACE = List.of("unshare", "-U");

  /** Finds a way that works here, by trying to run the given program. */
  static ServerUser choose(Path database, Path program) {
    if (userId(Path.of("/proc/self")) != ROOT) {
      return own();
    }
    List<ServerUser> candidates = candidates(database);
    for (ServerUser candidate : candidates) {
      if (candidate.canRun(program)) {
        return candidate;
      }
    }
    throw new EmbeddedStartException(
        Problem.PRIVILEGES,
        "PostgreSQL refuses to run as root, and neither a user namespace nor another user can"
            + " run it here",
        program.toString(),
        "Start the broker as another user, or keep its data where user "
            + NOBODY
            + " can enter all folders above, or set spring.datasource.url to a PostgreSQL of your"
            + " own.");
  }

  static ServerUser own() {
    return new ServerUser(List.of(), List.of());
  }

  /** Gives a file or folder to the server, where that is another user. */
  void give(Path path) throws IOException {
    if (!owner.isEmpty()) {
      Files.setAttribute(path, "unix:gid", owner.get(1));
      Files.setAttribute(path, "unix:uid", owner.get(0));
    }
  }

  /** The command with the prefix, in a clean environment, away from the terminal's signals. */
  ProcessBuilder process(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (onPath("setsid")) {
      // Ctrl-C goes to the whole process group; the server must outlive the broker's own stop
      whole.add("setsid");
    }
    whole.addAll(prefix);
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole);
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    // PG*, LC_* and LD_LIBRARY_PATH of the caller would each change what server is started
    environment.clear();
    environment.put("PATH", path);
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder;
  }

  private static List<ServerUser> candidates(Path database) {
    int owner = Files.exists(database) ? userId(database) : ROOT;
    if (owner != ROOT) {
      return switching(owner, groupId(database));
    }
    List<ServerUser> candidates = new ArrayList<>();
    candidates.add(new ServerUser(NAMESPACE_WITH_USER, List.of()));
    candidates.add(new ServerUser(NAMESPACE, List.of()));
    candidates.addAll(switching(NOBODY, NOBODY));
    return candidates;
  }

  private static List<ServerUser> switching(int user, int group) {
    List<Integer> owner = List.of(user, group);
    return List.of(
        new ServerUser(
            List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"),
            owner),
        new ServerUser(List.of("chroot", "--userspec=" + user + ":" + group, "/"), owner));
  }

  private boolean canRun(Path program) {
    if (!onPath(prefix.get(0))) {
      return false;
    }
    try {
      Process process =
          process(List.of(program.toString(), "--version"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static int userId(Path path) {
    return id(path, "unix:uid");
  }

  private static int groupId(Path path) {
    return id(path, "unix:gid");
  }

  private static int id(Path path, String attribute) {
    try {
      return (Integer) Files.getAttribute(path, attribute);
    } catch (IOException | UnsupportedOperationException e) {
      // no /proc: not Linux, where the server itself says what it thinks of the user
      return -1;
    }
  }
}

package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one PostgreSQL server below a folder: {@code db} (the database), {@code log} and
 * {@code password}. What has its final name is whole; a start that is cut off leaves only files
 * with other names, which the next start removes.
 */
final class PostgresCluster {

  static final String USER = "waybill";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);

  private static final String PARTIAL = "db.partial-";

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;

  PostgresCluster(Path folder) {
    this.folder = folder;
  }

  Path database() {
    return folder.resolve("db");
  }

  Path logFolder() {
    return folder.resolve("log");
  }

  /** What the server says before it opens its log. */
  Path startLog() {
    return logFolder().resolve("start.log");
  }

  Path passwordFile() {
    return folder.resolve("password");
  }

  boolean exists() {
    return Files.exists(database());
  }

  String password() throws IOException {
    if (!Files.exists(passwordFile())) {
      throw new EmbeddedStartException(
          Problem.UNUSABLE_DATA,
          "the password of the embedded PostgreSQL is missing",
          passwordFile().toString(),
          "Restore this file from the backup that the data came from.");
    }
    return Files.readString(passwordFile()).strip();
  }

  /** A copy or a restore may have opened the files to others, which the server refuses. */
  void closeToOthers() throws IOException {
    Files.setPosixFilePermissions(database(), PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(passwordFile(), PosixFilePermissions.fromString("rw-------"));
  }

  /** Makes the folder that the server logs to. */
  void prepareLog(ServerUser user) throws IOException {
    Files.createDirectories(logFolder());
    user.give(logFolder());
  }

  /** Makes an empty database with a password of its own. */
  void initialise(PostgresBinaries binaries, ServerUser user, Duration patience)
      throws IOException {
    LOG.info("Making an empty database in {}", database());
    deletePartial();
    if (!Files.exists(passwordFile())) {
      generatePassword();
    }
    Path partial = Files.createTempDirectory(folder, PARTIAL);
    user.give(partial);
    // the server's user may read the password now, but not later
    Path passwordCopy = Files.createTempFile(folder, PARTIAL, ".password", OWNER_ONLY);
    Files.copy(passwordFile(), passwordCopy, StandardCopyOption.REPLACE_EXISTING);
    user.give(passwordCopy);
    try {
      run(
          user.process(
              List.of(
                  binaries.initdb().toString(),
                  "--pgdata=" + partial,
                  "--username=" + USER,
                  "--pwfile=" + passwordCopy,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--data-checksums")),
          patience);
    } finally {
      Files.deleteIfExists(passwordCopy);
    }
    Files.move(partial, database(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Refuses a database that these programs cannot read. */
  void requireVersionOf(PostgresBinaries binaries) throws IOException {
    String written = majorOf(Files.readString(database().resolve("PG_VERSION")));
    Path catalog = binaries.home().resolve("share/postgresql/postgres.bki");
    String programs = majorOf(Files.readAllLines(catalog).get(0).replace("# PostgreSQL", ""));
    if (!written.equals(programs)) {
      throw new EmbeddedStartException(
          Problem.UNUSABLE_DATA,
          "the database was written by PostgreSQL " + written + ", this one is " + programs,
          database().toString(),
          "Dump it with the earlier version of the broker and load it into an empty folder.");
    }
  }

  EmbeddedStartException didNotStart(String what) {
    return new EmbeddedStartException(
        Problem.DID_NOT_START,
        "PostgreSQL did not start: " + what + lastWords(),
        database().toString(),
        "Read the files in "
            + logFolder()
            + ", or set spring.datasource.url to a PostgreSQL of your own.");
  }

  private void generatePassword() throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Path partial = Files.createTempFile(folder, PARTIAL, ".password", OWNER_ONLY);
    Files.writeString(partial, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.SYNC);
    Files.move(partial, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void run(ProcessBuilder initdb, Duration patience) throws IOException {
    Process process = initdb.redirectErrorStream(true).redirectOutput(startLog().toFile()).start();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw didNotStart("making the database took longer than " + patience);
      }
      if (process.exitValue() != 0) {
        DataFolder.requireSpace(folder, 1_000_000);
        throw didNotStart("initdb ended with code " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw didNotStart("the start was interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  /** An initdb whose broker was killed may still be at work there; it fails and does no harm. */
  private void deletePartial() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        if (path.getFileName().toString().startsWith(PARTIAL)) {
          try {
            PostgresBinaries.delete(path);
          } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", path, e.toString());
          }
        }
      }
    }
  }

  private static String majorOf(String version) {
    return version.strip().split("\\.", 2)[0];
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(startLog());
      List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
      return last.isEmpty() ? "" : "; it said: " + String.join(" | ", last);
    } catch (IOException e) {
      return "";
    }
  }
}

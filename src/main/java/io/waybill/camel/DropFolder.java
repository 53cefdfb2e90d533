package io.waybill.camel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
 * @param path where partners drop files
 */
record DropFolder(Path path) {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String RECEIPT = ".receipt.json";

  /** A file that this broker works on. */
  record Claimed(String name, Path path) {}

  private Path claimed() {
    return path.resolve(".claimed");
  }

  /** Makes the folders and puts back what a crash left claimed. */
  void prepare(Instant now) throws IOException {
    Files.createDirectories(claimed());
    Files.createDirectories(path.resolve("accepted"));
    Files.createDirectories(path.resolve("rejected"));
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(claimed())) {
      files.forEach(left::add);
    }
    Collections.sort(left);
    for (Path file : left) {
      putBack(new Claimed(file.getFileName().toString(), file), now);
      LOG.warn(
          "'{}' was claimed when the broker stopped; it is read again, and recognised if it is in"
              + " the journal already",
          file.getFileName());
    }
  }

  /** Takes a file out of the partner's reach. */
  Claimed claim(String name) throws IOException {
    Path target = claimed().resolve(name);
    DurableMoves.move(path.resolve(name), target);
    return new Claimed(name, target);
  }

  /** Gives it back, to be read again later; under another name where a new file has taken its. */
  void putBack(Claimed file, Instant now) throws IOException {
    Path target = path.resolve(file.name());
    try {
      DurableMoves.move(file.path(), target);
    } catch (FileAlreadyExistsException taken) {
      if (Files.isSameFile(file.path(), target)) {
        Files.delete(file.path()); // a crash between the two halves of a claim
        return;
      }
      String again = DurableMoves.fitting(file.name(), "." + stamp(now));
      DurableMoves.move(file.path(), path.resolve(again));
    }
  }

  /** Ends it: a receipt beside it, then the file itself. */
  void finish(Claimed file, FolderReceipt receipt, Instant now) throws IOException {
    Path folder = path.resolve(receipt.accepted() ? "accepted" : "rejected");
    String name = file.name();
    while (true) {
      Path target = folder.resolve(name);
      Path beside = folder.resolve(DurableMoves.fitting(name, RECEIPT));
      try {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          DurableMoves.write(beside, receipt.json());
          DurableMoves.move(file.path(), target);
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

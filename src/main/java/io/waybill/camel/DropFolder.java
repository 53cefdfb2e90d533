package io.waybill.camel;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partner's folder on this machine and the ways of a file through it: dropped, claimed, and then
 * accepted or rejected with a receipt beside it. No file is ever overwritten or deleted.
 *
 * <p>A claim is one rename and is not forced to disk: a file system keeps either name over a crash,
 * and under either the file is read again. Where it ends is forced, step by step, each step for all
 * files that are just as far.
 */
final class DropFolder implements PartnerFolder<File> {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);

  private static final String CLAIMED = ".claimed";

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
    claimed = new FolderForce(path.resolve(CLAIMED).resolve(FolderNames.unique()));
  }

  @Override
  public String kind() {
    return "file";
  }

  @Override
  public String name(File entry) {
    return entry.getName();
  }

  @Override
  public @Nullable Look look(File entry) throws IOException {
    try {
      BasicFileAttributes now = attributes(entry.toPath());
      Object key = now.fileKey() == null ? entry.getName() : now.fileKey();
      return new Look(now.isRegularFile(), now.size(), now.lastModifiedTime().toMillis(), key);
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Any name that a file can have here can be had in the folders below. */
  @Override
  public @Nullable String objection(String name) {
    return null;
  }

  @Override
  public void prepare(
      GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Instant now)
      throws IOException {
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
    putBack(name.toString(), from, now);
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

  @Override
  public ClaimedFile claim(GenericFile<File> file) throws IOException {
    String name = file.getFile().getName();
    Path target = claimed.folder().resolve(name);
    // nobody else puts files there: what is free now is free until the next line
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path source = dropped.folder().resolve(name);
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException noFolder) {
      // not there yet, or another broker that was started here has cleared up
      Files.createDirectories(claimed.folder());
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    }
    file.setFile(target.toFile());
    file.setAbsoluteFilePath(target.toAbsolutePath().toString());
    return new Claimed(name, target, attributes(target));
  }

  /** A file that was renamed into {@link #claimed}. */
  private final class Claimed implements ClaimedFile {
    private final String name;
    private final Path path;
    private final BasicFileAttributes seen;

    Claimed(String name, Path path, BasicFileAttributes seen) {
      this.name = name;
      this.path = path;
      this.seen = seen;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isRegular() {
      return seen.isRegularFile();
    }

    @Override
    public long size() {
      return seen.size();
    }

    @Override
    public Path here() {
      return path;
    }

    @Override
    public String sha256() throws IOException {
      return LargeBody.sha256(path);
    }

    @Override
    public FolderLedger ledger() throws IOException {
      return new FolderLedger(claimed.folder().resolve(FolderLedger.newName()));
    }

    @Override
    public void putBack(Instant now) throws IOException {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        DropFolder.this.putBack(name, claimed, now);
      }
    }

    @Override
    public void finish(FolderReceipt receipt, Instant now) throws IOException {
      DropFolder.this.finish(name, receipt, now);
    }
  }

  @Override
  public boolean has(String name) {
    return Files.exists(dropped.folder().resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Always: what cannot be put back is told at once. */
  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public List<String> recover(Instant now) {
    return List.of();
  }

  private void putBack(String name, FolderForce from, Instant now) throws IOException {
    Path target = dropped.folder().resolve(name);
    Path source = from.folder().resolve(name);
    try {
      DurableMoves.move(from, name, dropped, name);
    } catch (FileAlreadyExistsException taken) {
      if (Files.isSameFile(source, target)) {
        Files.delete(source); // a crash between the two halves of putting it back
        return;
      }
      DurableMoves.move(from, name, dropped, FolderNames.again(name, now));
    }
  }

  private void finish(String given, FolderReceipt receipt, Instant now) throws IOException {
    FolderForce folder = receipt.accepted() ? accepted : rejected;
    String name = given;
    while (true) {
      try {
        if (!Files.exists(folder.folder().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          DurableMoves.write(folder, FolderNames.receipt(name), receipt::writeTo);
          DurableMoves.move(claimed, given, folder, name);
          return;
        }
      } catch (FileAlreadyExistsException taken) {
        LOG.debug("'{}' is taken, and gets another name", name, taken);
      }
      name = FolderNames.again(given, now);
    }
  }
}

package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder that belongs to one running broker at a time. The claim is a lock of the operating
 * system, so it ends with the process that holds it, however that ends.
 */
public final class DataFolder implements AutoCloseable {

  private static final String LOCK_FILE = "broker.lock";

  /**
   * Folders claimed in this process. A POSIX lock belongs to the process, and closing any channel
   * to the file gives it up, so a second claim here must not even open the file.
   */
  private static final Set<Path> CLAIMED_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the folder if it is missing and claims it for this process.
   *
   * @throws EmbeddedStartException if another broker holds it, or it cannot be written
   */
  public static DataFolder claim(Path folder) {
    Path path = existing(folder);
    if (!CLAIMED_HERE.add(path)) {
      throw inUse(path, "process " + ProcessHandle.current().pid() + ", which is this one");
    }
    FileChannel channel = null;
    try {
      channel = openLockFile(path);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path, holder(channel));
      }
      writePid(channel);
      return new DataFolder(path, channel);
    } catch (IOException e) {
      abandon(path, channel);
      throw notWritable(path, e);
    } catch (RuntimeException e) {
      abandon(path, channel);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release " + path, e);
    } finally {
      CLAIMED_HERE.remove(path);
    }
  }

  /** Refuses to start on a volume that would be full at once. */
  static void requireSpace(Path folder, long bytes) {
    long free = usable(folder);
    if (free < bytes) {
      throw new EmbeddedStartException(
          Problem.DISK_FULL,
          "only " + free / 1_000_000 + " MB are free, " + bytes / 1_000_000 + " MB are needed",
          folder.toString(),
          "Free some space, or keep the data on another volume.");
    }
  }

  /** The exception for a failed write: full and forbidden look alike in Java, so ask the volume. */
  static EmbeddedStartException notWritable(Path path, IOException cause) {
    if (Files.isDirectory(path) && usable(path) < 1_000_000) {
      return new EmbeddedStartException(
          Problem.DISK_FULL,
          "no space is left",
          path.toString(),
          "Free some space, or keep the data on another volume.",
          cause);
    }
    return new EmbeddedStartException(
        Problem.NOT_WRITABLE,
        "cannot be written by " + user() + " (" + cause + ")",
        path.toString(),
        "Give this user the folder (chown -R), or start with --home at another one.",
        cause);
  }

  private static String user() {
    String name = System.getProperty("user.name", "?");
    return name.equals("?") ? "this user, who has no name" : "user " + name;
  }

  private static Path existing(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      return Files.createDirectories(absolute).toRealPath();
    } catch (IOException e) {
      throw notWritable(absolute, e);
    }
  }

  private static FileChannel openLockFile(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(LOCK_FILE),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static void writePid(FileChannel channel) throws IOException {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid), 0);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    int length = channel.read(content, 0);
    String pid =
        length <= 0
            ? ""
            : new String(content.array(), 0, length, StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "a process that is just starting" : "process " + pid;
  }

  private static EmbeddedStartException inUse(Path folder, String holder) {
    return new EmbeddedStartException(
        Problem.FOLDER_IN_USE,
        "another broker works on this data folder: " + holder,
        folder.toString(),
        "Stop that one first, or start this one with --home at another folder.");
  }

  private static void abandon(Path path, @Nullable FileChannel channel) {
    CLAIMED_HERE.remove(path);
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // the claim has failed already and is reported with its own reason
      }
    }
  }

  private static long usable(Path folder) {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}

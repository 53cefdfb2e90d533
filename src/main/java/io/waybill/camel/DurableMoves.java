package io.waybill.camel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Moves and writes files so that they survive a crash, and never over another file. */
final class DurableMoves {

  private DurableMoves() {}

  /**
   * Moves a file to a name that is free.
   *
   * <p>A rename replaces its target without a word; a hard link refuses. So the file gets its new
   * name as a link, and then loses the old one. After a crash in between it has both.
   *
   * @throws FileAlreadyExistsException where the name is taken; nothing was moved
   */
  static void move(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
      forceFolderOf(to);
      Files.delete(from);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | IOException noLinks) {
      // A file system without hard links, or a file that belongs to another user.
      if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
        throw noLinks instanceof IOException e ? e : new IOException(noLinks);
      }
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isSameFile(from, to)) {
          throw new FileAlreadyExistsException(to.toString());
        }
        Files.delete(from);
      } else {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        forceFolderOf(to);
      }
    }
    forceFolderOf(from);
  }

  /** Writes a small file as a whole or not at all. */
  static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(".writing-" + Long.toHexString(System.nanoTime()));
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(StandardCharsets.UTF_8.encode(text));
        channel.force(true);
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Forces the entry of a file in its folder to disk. */
  static void forceFolderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      force(folder);
    }
  }

  /** Forces a file, or the entries of a folder, to disk. */
  static void force(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      if (!folder || !System.getProperty("os.name", "").startsWith("Windows")) {
        throw e;
      }
    }
  }

  /**
   * A file name of at most 255 bytes that ends with that suffix; a long name is cut and gets a part
   * of its fingerprint instead.
   */
  static String fitting(String name, String suffix) {
    String whole = name + suffix;
    if (bytes(whole) <= 255) {
      return whole;
    }
    String mark =
        "~"
            + io.waybill.message.Fingerprint.of(name.getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 12);
    int end = name.length();
    while (end > 0 && bytes(name.substring(0, end)) + bytes(mark + suffix) > 255) {
      end -=
          end > 1 && Character.isSurrogatePair(name.charAt(end - 2), name.charAt(end - 1)) ? 2 : 1;
    }
    return name.substring(0, end) + mark + suffix;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}

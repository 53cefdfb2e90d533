package io.waybill.camel;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** Moves and writes files so that they survive a crash, and never over another file. */
final class DurableMoves {

  private DurableMoves() {}

  /**
   * Moves a file to a name that is free.
   *
   * <p>A rename replaces its target without a word; a hard link refuses. So the file gets its new
   * name as a link, and loses the old one when that is durable. After a crash in between it has
   * both.
   *
   * @throws FileAlreadyExistsException where the name is taken; nothing was moved
   */
  static void move(FolderForce from, String name, FolderForce to, String newName)
      throws IOException {
    Path old = from.folder().resolve(name);
    Path target = to.folder().resolve(newName);
    link(old, target);
    to.force();
    Files.deleteIfExists(old);
    from.force();
  }

  /** Gives a file another name too; or instead, where a file cannot have two. */
  private static void link(Path old, Path target) throws IOException {
    try {
      Files.createLink(target, old);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | IOException noLinks) {
      moveWithoutLinks(old, target, noLinks);
    }
  }

  /** A file system without hard links, or a file that belongs to another user. */
  private static void moveWithoutLinks(Path old, Path target, Exception noLinks)
      throws IOException {
    if (!Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
      throw noLinks instanceof IOException e ? e : new IOException(noLinks);
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What is written into a file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file as a whole or not at all, under a name that is free. */
  static void write(FolderForce folder, String name, Content content) throws IOException {
    Path temporary =
        folder
            .folder()
            .resolve(".writing-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      link(temporary, folder.folder().resolve(name));
    } finally {
      Files.deleteIfExists(temporary);
    }
    folder.force();
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
}

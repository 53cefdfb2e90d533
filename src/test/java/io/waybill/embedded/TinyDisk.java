package io.waybill.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A volume of its own in memory, that can be filled to the last byte and freed again. */
final class TinyDisk implements AutoCloseable {

  private static final int BLOCK = 64 * 1024;

  private final Path folder;

  private TinyDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one; nothing where this user may not. */
  static Optional<TinyDisk> mount(Path folder, int megabytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String size = "size=" + megabytes + "m";
    return succeeds("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString())
        ? Optional.of(new TinyDisk(folder))
        : Optional.empty();
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  Path folder() {
    return folder;
  }

  /** Leaves so many bytes, or fewer by a block. */
  void fillBut(long bytes) throws IOException {
    try (FileChannel channel = filling()) {
      while (Files.getFileStore(folder).getUsableSpace() > bytes && written(channel, BLOCK)) {
        // on
      }
    }
  }

  /** Leaves no byte. */
  void fill() throws IOException {
    try (FileChannel channel = filling()) {
      for (int size = BLOCK; size > 0; size /= 2) {
        while (written(channel, size)) {
          // on to the last byte
        }
      }
    }
  }

  private FileChannel filling() throws IOException {
    return FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean written(FileChannel channel, int size) {
    try {
      return channel.write(ByteBuffer.allocate(size)) > 0;
    } catch (IOException e) {
      return false; // no space is left
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() throws InterruptedException {
    // lazily: what failed may have left a file open
    if (!succeeds("umount", "--lazy", folder.toString())) {
      throw new IllegalStateException("cannot unmount " + folder);
    }
  }
}

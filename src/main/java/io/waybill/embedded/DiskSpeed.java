package io.waybill.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Properties;

/**
 * How long this disk takes to write one block and force it. Artemis gathers writes for a fixed time
 * before each sync; when that time is longer than a sync, single senders wait for nothing, and when
 * it is much shorter, senders at the same moment do not share a sync.
 *
 * @param sync the time of one synced write
 */
public record DiskSpeed(Duration sync) {

  private static final String FILE = "disk.properties";
  private static final String KEY = "sync-nanos";

  private static final int BLOCK = 4096;
  private static final int WRITES = 32;

  private static final Duration AT_A_START = Duration.ofMillis(200);

  /** What Artemis takes when nobody measures; gathering longer than this helps nobody. */
  private static final long LONGEST_NANOS = 3_333_333;

  /** Below this a timer is not exact any more; memory file systems sync in no time. */
  private static final long SHORTEST_NANOS = 10_000;

  /** The speed of the disk below this folder, as far as a start has time to measure it. */
  static DiskSpeed of(Path folder) throws IOException {
    return of(folder, AT_A_START);
  }

  /**
   * The speed of the disk below this folder. The best that was ever measured is kept in a file
   * there: whatever else uses the disk only makes it look slower, and the next start may find it
   * quiet.
   *
   * @param length how long to measure, about
   */
  public static DiskSpeed of(Path folder, Duration length) throws IOException {
    Path file = folder.resolve(FILE);
    long known = known(file);
    long measured = measure(folder, length);
    if (measured < known) {
      keep(file, measured);
    }
    return limited(Math.min(known, measured));
  }

  private static long known(Path file) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (var in = Files.newInputStream(file)) {
        properties.load(in);
      }
    }
    String known = properties.getProperty(KEY, "");
    return known.matches("\\d{1,9}") ? Long.parseLong(known) : Long.MAX_VALUE;
  }

  private static void keep(Path file, long nanos) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(KEY, Long.toString(nanos));
    Path partial = file.resolveSibling(FILE + ".partial");
    try (var out = Files.newOutputStream(partial)) {
      properties.store(out, "time of one synced write; delete this file after a change of disk");
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long measure(Path folder, Duration length) throws IOException {
    Path probe = Files.createTempFile(folder, "speed", ".probe");
    try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
      long end = System.nanoTime() + length.toNanos();
      fill(channel);
      long best = oneRound(channel);
      while (System.nanoTime() < end) {
        best = Math.min(best, oneRound(channel));
      }
      return best;
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** The journal writes into files that have their size already; so must the probe. */
  private static void fill(FileChannel channel) throws IOException {
    channel.write(ByteBuffer.allocate(BLOCK * WRITES), 0);
    channel.force(true);
  }

  private static long oneRound(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    long begin = System.nanoTime();
    for (int i = 0; i < WRITES; i++) {
      block.clear();
      channel.write(block, (long) i * BLOCK);
      channel.force(false);
    }
    return (System.nanoTime() - begin) / WRITES;
  }

  private static DiskSpeed limited(long nanos) {
    return new DiskSpeed(
        Duration.ofNanos(Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, nanos))));
  }
}

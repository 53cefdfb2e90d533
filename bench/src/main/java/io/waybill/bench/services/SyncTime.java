package io.waybill.bench.services;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Properties;

/**
 * How long a synced write takes here. The journal of Artemis gathers writes for so long, and what
 * is too long by a millisecond costs every candidate a millisecond for each message: so more rounds
 * than the embedded Artemis itself takes, as anything else on the machine only makes it look
 * slower.
 */
final class SyncTime {

  private static final Duration LENGTH = Duration.ofSeconds(3);
  private static final int BLOCK = 4096;
  private static final int WRITES = 32;

  private SyncTime() {}

  /** Measures below a folder and leaves the result where the embedded Artemis looks for it. */
  static void measure(Path folder) throws IOException {
    Files.createDirectories(folder);
    Properties known = new Properties();
    known.setProperty("sync-nanos", Long.toString(best(folder)));
    try (var out = Files.newOutputStream(folder.resolve("disk.properties"))) {
      known.store(out, null);
    }
  }

  private static long best(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "sync", ".probe");
    try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
      // the journal writes into files that have their size already
      channel.write(ByteBuffer.allocate(BLOCK * WRITES), 0);
      channel.force(true);
      long end = System.nanoTime() + LENGTH.toNanos();
      long best = Long.MAX_VALUE;
      while (System.nanoTime() < end) {
        best = Math.min(best, round(channel));
      }
      return best;
    } finally {
      Files.delete(probe);
    }
  }

  private static long round(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    long begin = System.nanoTime();
    for (int i = 0; i < WRITES; i++) {
      block.clear();
      channel.write(block, (long) i * BLOCK);
      channel.force(false);
    }
    return (System.nanoTime() - begin) / WRITES;
  }
}

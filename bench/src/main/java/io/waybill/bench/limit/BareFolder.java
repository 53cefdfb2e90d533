package io.waybill.bench.limit;

import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.door.Counter;
import io.waybill.bench.door.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * The program that only moves files: list, claim by rename, read, write a receipt, rename to where
 * it ends. Nothing is forced to disk, and nothing is done with what was read.
 */
public final class BareFolder {

  private static final long IDLE_MILLIS = 10;

  private static final String RECEIPT =
      """
      {
        "file" : "%s",
        "size" : %d,
        "sha256" : "%s",
        "received_at" : "%s",
        "result" : "accepted",
        "seq" : %d,
        "operation" : "PlaceOrder",
        "message_id" : "%s",
        "status" : "submitted"
      }
      """;

  private final Folder folder;
  private final Counter count;
  private long seq;

  private BareFolder(Surroundings here) {
    folder = Folder.of(here.folder());
    count = Counter.in(here.folder());
  }

  public static void main(String[] arguments) throws Exception {
    Surroundings here = Surroundings.here();
    BareFolder program = new BareFolder(here);
    Files.createDirectories(program.folder.claimed());
    Surroundings.say();
    while (true) {
      if (!program.poll()) {
        Thread.sleep(IDLE_MILLIS);
      }
    }
  }

  private boolean poll() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder.path(), entry -> Files.isRegularFile(entry))) {
      entries.forEach(files::add);
    }
    Collections.sort(files);
    for (Path file : files) {
      take(file);
      count.increment();
    }
    return !files.isEmpty();
  }

  private void take(Path file) throws IOException {
    String name = file.getFileName().toString();
    Path claimed = folder.claimed().resolve(name);
    Files.move(file, claimed, StandardCopyOption.ATOMIC_MOVE);
    byte[] body = Files.readAllBytes(claimed);
    // as long as a fingerprint, which would be work of another kind
    String sha256 = HexFormat.of().formatHex(body, 0, 32);
    String receipt = RECEIPT.formatted(name, body.length, sha256, Instant.now(), ++seq, name);
    Files.write(
        folder.accepted().resolve(name + Folder.RECEIPT), receipt.getBytes(StandardCharsets.UTF_8));
    Files.move(claimed, folder.accepted().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}

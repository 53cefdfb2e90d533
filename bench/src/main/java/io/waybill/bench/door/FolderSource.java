package io.waybill.bench.door;

import io.waybill.bench.work.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.function.Supplier;

/**
 * A folder of small files whose names are in the order of the documents. The candidate is stopped
 * while it is filled.
 */
final class FolderSource implements Source {

  private final Folder folder;
  private final Supplier<ProcessHandle> candidate;

  FolderSource(Folder folder, Supplier<ProcessHandle> candidate) throws IOException {
    this.folder = folder;
    this.candidate = candidate;
    folder.make();
  }

  @Override
  public void fill(Documents documents, int number) throws IOException {
    signal("STOP");
    folder.putAside();
    for (int i = 0; i < number; i++) {
      String document = documents.next();
      String name = "%s.%07d.json".formatted(documents.sample(), i);
      Files.write(folder.path().resolve(name), document.getBytes(StandardCharsets.US_ASCII));
    }
    run("sync");
  }

  @Override
  public void release() throws IOException {
    signal("CONT");
  }

  @Override
  public long waiting() {
    try {
      return folder.waiting();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) throws IOException {
    run("kill", "-" + name, String.valueOf(candidate.get().pid()));
  }

  private static void run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IOException("%s failed".formatted(String.join(" ", command)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  @Override
  public void close() {
    // the folder goes with everything else of the run
  }
}

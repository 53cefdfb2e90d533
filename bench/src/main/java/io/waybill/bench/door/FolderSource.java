package io.waybill.bench.door;

import io.waybill.bench.work.Documents;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A folder of small files whose names are in the order of the documents, or of one file that has a
 * document a line. The candidate is stopped while it is filled.
 */
final class FolderSource implements Source {

  private final Folder folder;
  private final Supplier<ProcessHandle> candidate;
  private final boolean oneFile;

  FolderSource(Folder folder, Supplier<ProcessHandle> candidate, boolean oneFile)
      throws IOException {
    this.folder = folder;
    this.oneFile = oneFile;
    this.candidate = candidate;
    folder.make();
  }

  @Override
  public void fill(Documents documents, int number) throws IOException {
    signal("STOP");
    folder.putAside();
    if (oneFile) {
      writeLines(documents, number);
    } else {
      writeFiles(documents, number);
    }
    run("sync");
  }

  private void writeFiles(Documents documents, int number) throws IOException {
    for (int i = 0; i < number; i++) {
      String document = documents.next();
      String name = "%s.%07d.json".formatted(documents.sample(), i);
      Files.write(folder.path().resolve(name), document.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void writeLines(Documents documents, int number) throws IOException {
    Path file = folder.path().resolve(documents.sample() + ".jsonl");
    try (BufferedWriter lines = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      for (int i = 0; i < number; i++) {
        lines.write(documents.next());
        lines.write('\n');
      }
    }
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

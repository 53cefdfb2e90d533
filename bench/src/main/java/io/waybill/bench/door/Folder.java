package io.waybill.bench.door;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A drop folder: documents lie in it, and what is taken ends in {@code accepted/}, whoever takes
 * it.
 *
 * @param path where files are dropped
 */
public record Folder(Path path) {

  /** What Waybill writes beside a file. */
  public static final String RECEIPT = ".receipt.json";

  /** The folder of a candidate that has this one for its files. */
  public static Folder of(Path candidate) {
    return new Folder(candidate.resolve("drop"));
  }

  /** Where files are while they are worked on. */
  public Path claimed() {
    return path.resolve(".claimed");
  }

  /** Where they end. */
  public Path accepted() {
    return path.resolve("accepted");
  }

  void make() throws IOException {
    Files.createDirectories(accepted());
  }

  /** How many files are dropped or being worked on. */
  long waiting() throws IOException {
    long waiting = (long) files(path).size() + files(claimed()).size();
    for (Path below : entries(claimed(), Files::isDirectory)) {
      waiting += files(below).size();
    }
    return waiting;
  }

  /**
   * What earlier samples left must not make the folder larger for every later one. It is not
   * deleted: ext4 looks for a new file at all that were deleted a short time ago.
   */
  void putAside() throws IOException {
    Path aside = Files.createTempDirectory(path.toAbsolutePath().getParent(), "done-");
    Files.move(accepted(), aside.resolve("accepted"));
    make();
  }

  /** The regular files in one of its folders. */
  static List<Path> files(Path folder) throws IOException {
    return entries(folder, Files::isRegularFile);
  }

  private static List<Path> entries(Path folder, Predicate<Path> which) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    List<Path> some = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries.filter(which).forEach(some::add);
    }
    return some;
  }
}

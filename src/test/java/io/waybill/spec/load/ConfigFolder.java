package io.waybill.spec.load;

import io.waybill.spec.Specification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder of configuration written by a test. */
public final class ConfigFolder {

  private final Path folder;

  public ConfigFolder(Path folder) {
    this.folder = folder;
  }

  /** Writes one of the files. */
  public ConfigFolder with(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Loads it. */
  public Specification load() {
    return SpecificationLoader.load(folder, Map.of());
  }

  Specification load(Map<String, String> overrides) {
    return SpecificationLoader.load(folder, overrides);
  }

  /** All problems, as they are shown. */
  List<String> problems() {
    return SpecificationLoader.check(folder).stream().map(Problem::toString).toList();
  }

  List<String> problems(Map<String, String> overrides) {
    return SpecificationLoader.check(folder, overrides).stream().map(Problem::toString).toList();
  }
}

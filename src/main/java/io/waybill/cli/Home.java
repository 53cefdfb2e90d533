package io.waybill.cli;

import java.nio.file.Path;

/** The folder a broker lives in. */
public record Home(Path path) {

  /** A home by its absolute path. */
  public Home {
    path = path.toAbsolutePath().normalize();
  }

  /** The specification and {@code application.yaml}. */
  public Path config() {
    return path.resolve("config");
  }

  /** One integration per file. */
  public Path routes() {
    return path.resolve("routes");
  }

  /** A folder given relative to home. */
  public Path resolve(String folder) {
    return path.resolve(folder);
  }
}

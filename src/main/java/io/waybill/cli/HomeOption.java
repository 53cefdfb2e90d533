package io.waybill.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --home}, for every command that needs the folder of a broker. */
final class HomeOption {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder with config/, routes/ and data/ (default: the current one).")
  Path folder = Path.of("");

  Home home() {
    return new Home(folder);
  }
}

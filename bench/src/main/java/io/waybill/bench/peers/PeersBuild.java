package io.waybill.bench.peers;

import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import java.io.File;
import java.nio.file.Path;

/**
 * The folder with the programs of the peers and their libraries, none of which is on the class path
 * of anybody else.
 *
 * @param folder of the Maven profile {@code peers}
 */
public record PeersBuild(Path folder) {

  public PeersBuild {
    folder = folder.toAbsolutePath();
  }

  Launch program(Stage stage, String main, String... arguments) {
    String classPath =
        folder.resolve("waybill-bench.jar") + File.pathSeparator + folder.resolve("lib") + "/*";
    return Launch.program(stage, classPath, main, arguments);
  }
}

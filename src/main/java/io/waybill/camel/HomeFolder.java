package io.waybill.camel;

import java.nio.file.Path;
import org.apache.camel.spi.PropertiesFunction;

/** Makes {@code {{home:data/in}}} in a route the folder below the broker's home folder. */
final class HomeFolder implements PropertiesFunction {

  private final Path home;

  HomeFolder(Path home) {
    this.home = home;
  }

  @Override
  public String getName() {
    return "home";
  }

  @Override
  public String apply(String folder) {
    return home.resolve(folder).toAbsolutePath().normalize().toString();
  }
}

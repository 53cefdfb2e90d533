package io.waybill.operator;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.PathResourceResolver;

/**
 * Finds Hawtio's files. Addresses such as {@code camel/routes} are made by its scripts and have no
 * file: opened anew or from a bookmark, they get the page that runs the scripts.
 */
final class ConsolePages extends PathResourceResolver {

  @Override
  protected @Nullable Resource getResource(String path, Resource location) throws IOException {
    if (path.endsWith(".map")) {
      return null;
    }
    Resource file = super.getResource(path, location);
    return file == null && isAddress(path) ? super.getResource("index.html", location) : file;
  }

  private static boolean isAddress(String path) {
    return path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
  }
}

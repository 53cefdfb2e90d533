package io.waybill.cli;

import java.nio.file.Path;
import java.util.Locale;

/** What a file's name says of its content. */
final class MediaTypes {

  /** The largest document that is read, where nothing else is configured. */
  static final int LARGEST = 20 << 20;

  private MediaTypes() {}

  static String of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return "application/json";
    }
    return name.endsWith(".xml") ? "application/xml" : "application/octet-stream";
  }
}

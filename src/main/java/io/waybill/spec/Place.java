package io.waybill.spec;

/**
 * Where something is written.
 *
 * @param file the file's name, or the name of the option that set it
 * @param line from 1; 0 where the file as a whole, or no file, is meant
 */
public record Place(String file, int line) {

  /** The form shown in errors, e.g. {@code operations.yaml:12}. */
  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}

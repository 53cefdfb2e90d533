package io.waybill.spec.read;

/** Text of a sender, made fit to be stored and shown. */
final class Quoted {

  private static final int LONGEST_NAME = 80;
  private static final int LONGEST = 1_000;

  private Quoted() {}

  /** A name, cut where it is long. */
  static String of(String text) {
    return plain(cut(text, LONGEST_NAME));
  }

  /** A sentence: without control characters, which a database refuses and a terminal obeys. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    cut(text, LONGEST)
        .codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || c == '\t') {
                plain.append(' ');
              } else if (unfit(c)) {
                plain.append(name(c));
              } else {
                plain.appendCodePoint(c);
              }
            });
    return plain.toString();
  }

  private static String cut(String text, int longest) {
    return text.codePointCount(0, text.length()) <= longest
        ? text
        : text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
  }

  /** Whether a character may not be part of an id, a key or a message. */
  static boolean unfit(int codePoint) {
    // An unpaired surrogate cannot be written as UTF-8.
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  /** The character's name, e.g. {@code U+0000}. */
  static String name(int codePoint) {
    return "U+%04X".formatted(codePoint);
  }
}

package io.waybill.spec.read;

/** Text of a sender, made fit to be stored and shown. */
final class Quoted {

  private static final int LONGEST = 80;

  private Quoted() {}

  /** Without control characters, and cut where it is long. */
  static String of(String text) {
    String beginning =
        text.codePointCount(0, text.length()) <= LONGEST
            ? text
            : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
    return plain(beginning);
  }

  /** Without control characters, which a database refuses and a terminal obeys. */
  static String plain(String text) {
    boolean clean = text.codePoints().noneMatch(Quoted::unfit);
    if (clean) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (unfit(c)) {
                plain.append(name(c));
              } else {
                plain.appendCodePoint(c);
              }
            });
    return plain.toString();
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

package io.waybill.journal;

import io.waybill.journal.JournalException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides which text reaches the database. PostgreSQL refuses U+0000, and half a
 * surrogate pair would silently become a question mark.
 *
 * <p>Words for people are made storable; what identifies something is refused instead, because two
 * different ids must never become one.
 */
final class Text {

  /** What is kept of an explanation. */
  static final int LONGEST = 2_000;

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Words for people: cut to a bounded length, with a mark for what cannot be stored. */
  static @Nullable String words(@Nullable String text) {
    return text == null ? null : cleaned(text, LONGEST);
  }

  /** A value kept for later use, whole but for what cannot be stored. */
  static @Nullable String kept(@Nullable String text) {
    return text == null ? null : cleaned(text, Integer.MAX_VALUE);
  }

  /** What identifies something, unchanged. */
  static @Nullable String exact(@Nullable String text, String column, long seq) {
    if (text != null && !storable(text)) {
      throw new JournalException(
          Kind.DATA,
          ("Message %d: its %s has a character at position %d that the database cannot store"
                  + " (U+0000 or half a surrogate pair)")
              .formatted(seq, column, firstUnstorable(text)));
    }
    return text;
  }

  /** Whether the database can hold it as it is. */
  static boolean storable(String text) {
    return firstUnstorable(text) < 0;
  }

  private static String cleaned(String text, int longest) {
    boolean tooLong = text.length() > longest;
    if (!tooLong && firstUnstorable(text) < 0) {
      return text;
    }
    StringBuilder clean = new StringBuilder(tooLong ? text.substring(0, longest - 1) : text);
    for (int at = firstUnstorable(clean); at >= 0; at = firstUnstorable(clean, at + 1)) {
      clean.setCharAt(at, REPLACEMENT);
    }
    return tooLong ? clean.append('…').toString() : clean.toString();
  }

  private static int firstUnstorable(CharSequence text) {
    return firstUnstorable(text, 0);
  }

  private static int firstUnstorable(CharSequence text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return i;
      }
      if (Character.isHighSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}

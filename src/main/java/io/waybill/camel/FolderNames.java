package io.waybill.camel;

import io.waybill.message.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** The names that files get on their way through a partner's folder. */
final class FolderNames {

  /** What most file systems hold, in bytes. */
  static final int LONGEST = 255;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String RECEIPT = ".receipt.json";

  private FolderNames() {}

  /** Whether a partner who gives such a name is not done yet. */
  static boolean temporary(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.startsWith(".")
        || name.startsWith("~")
        || name.endsWith("~")
        || lower.endsWith(".tmp")
        || lower.endsWith(".part");
  }

  /** The receipt of a file of that name. */
  static String receipt(String name) {
    return fitting(name, RECEIPT);
  }

  /** Another name for a file whose own is taken. */
  static String again(String name, Instant now) {
    int dice = ThreadLocalRandom.current().nextInt(1 << 16);
    return fitting(name, ".%s-%04x".formatted(STAMP.format(now), dice));
  }

  /** A name that nobody has. */
  static String unique() {
    return "%016x".formatted(ThreadLocalRandom.current().nextLong());
  }

  /**
   * A file name of at most 255 bytes that ends with that suffix; a long name is cut and gets a part
   * of its fingerprint instead.
   */
  static String fitting(String name, String suffix) {
    String whole = name + suffix;
    if (bytes(whole) <= LONGEST) {
      return whole;
    }
    String mark =
        "~" + Fingerprint.of(name.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12);
    int end = name.length();
    while (end > 0 && bytes(name.substring(0, end)) + bytes(mark + suffix) > LONGEST) {
      end -=
          end > 1 && Character.isSurrogatePair(name.charAt(end - 2), name.charAt(end - 1)) ? 2 : 1;
    }
    return name.substring(0, end) + mark + suffix;
  }

  /** How long a name is where it is written as UTF-8. */
  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}

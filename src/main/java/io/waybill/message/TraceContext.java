package io.waybill.message;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace a document belongs to, as W3C Trace Context writes it. It is kept with the document and
 * sent on unchanged; what does not follow the grammar is dropped, because whoever receives it would
 * have to.
 */
public final class TraceContext {

  /** Names trace and parent: {@code 00-TRACE-PARENT-FLAGS}. */
  public static final String PARENT = "traceparent";

  /** What tracing systems add; means nothing without {@link #PARENT}. */
  public static final String STATE = "tracestate";

  private static final int TRACE_FROM = 3;
  private static final int TRACE_TO = 35;
  private static final int PARENT_FROM = 36;
  private static final int PARENT_TO = 52;
  private static final int LENGTH = 55;
  private static final int MOST_MEMBERS = 32;

  private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9_*/@-]{0,255}");

  /** Printable, without comma and equals sign, and not ending in a space. */
  private static final Pattern VALUE = Pattern.compile("[ -+\\--<>-~]{0,255}[!-+\\--<>-~]");

  private TraceContext() {}

  /** Whether the name is one of the two, however it is written. */
  public static boolean isName(String name) {
    return name.equalsIgnoreCase(PARENT) || name.equalsIgnoreCase(STATE);
  }

  /**
   * What of a received trace context is sent on.
   *
   * @return both fields, the first alone, or none, by their names
   */
  public static Map<String, String> valid(@Nullable String parent, @Nullable String state) {
    if (parent == null || !isParent(parent.strip())) {
      return Map.of();
    }
    return state == null || !isState(state)
        ? Map.of(PARENT, parent.strip())
        : Map.of(PARENT, parent.strip(), STATE, state.strip());
  }

  /** The trace id of a document, 32 hexadecimal digits; null where it came without one. */
  public static @Nullable String traceId(Map<String, String> headers) {
    String parent = headers.get(PARENT);
    return parent == null || !isParent(parent) ? null : parent.substring(TRACE_FROM, TRACE_TO);
  }

  /** Later versions may append fields, each behind a dash; version ff is forbidden. */
  private static boolean isParent(String text) {
    return text.length() >= LENGTH
        && isHex(text, 0, 2)
        && !text.startsWith("ff")
        && text.charAt(2) == '-'
        && isId(text, TRACE_FROM, TRACE_TO)
        && text.charAt(TRACE_TO) == '-'
        && isId(text, PARENT_FROM, PARENT_TO)
        && text.charAt(PARENT_TO) == '-'
        && isHex(text, PARENT_TO + 1, LENGTH)
        && (text.length() == LENGTH || !text.startsWith("00") && isAppended(text));
  }

  private static boolean isAppended(String text) {
    return text.charAt(LENGTH) == '-' && text.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  /** Hexadecimal, and not zeros alone. */
  private static boolean isId(String text, int from, int to) {
    boolean zeros = true;
    for (int i = from; i < to; i++) {
      zeros &= text.charAt(i) == '0';
    }
    return !zeros && isHex(text, from, to);
  }

  /** Lower case only. */
  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isState(String text) {
    Set<String> keys = new HashSet<>();
    for (String member : text.split(",", -1)) {
      String pair = member.strip();
      int equals = pair.indexOf('=');
      if (!pair.isEmpty()
          && (equals < 0
              || !KEY.matcher(pair.substring(0, equals)).matches()
              || !VALUE.matcher(pair.substring(equals + 1)).matches()
              || !keys.add(pair.substring(0, equals)))) {
        return false;
      }
    }
    return !keys.isEmpty() && keys.size() <= MOST_MEMBERS;
  }
}

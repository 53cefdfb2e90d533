package io.waybill.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log {@code io.waybill.audit} who did what, where, why, from where, and with what
 * result: one line each, and never a password or a token. What was done is always told; what was
 * refused up to a number in a minute for each address, as it comes from whoever likes to send it.
 * Safe for use by several threads.
 */
public final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger("io.waybill.audit");

  private static final int REFUSALS_OF_AN_ADDRESS = 20;
  private static final int REFUSALS = 200;
  private static final int ADDRESSES = 1_000;
  private static final int LONGEST = 300;

  private final LongSupplier nanos;
  private final Map<String, Integer> told =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > ADDRESSES;
        }
      };

  private long minuteBegan;
  private int toldInAll;
  private int withheld;

  public Audit() {
    this(System::nanoTime);
  }

  Audit(LongSupplier nanos) {
    this.nanos = nanos;
    this.minuteBegan = nanos.getAsLong();
  }

  /**
   * Something was asked for.
   *
   * @param who the user, or who it says it is; null for nobody
   * @param what was asked for, and of what
   * @param why the reason given with it
   * @param from the address it came from
   * @param result how it ended
   */
  public record Line(
      @Nullable String who, String what, @Nullable String why, String from, String result) {

    @Override
    public String toString() {
      return "who=%s from=%s did=%s%s result=%s"
          .formatted(
              who == null ? "-" : quoted(who),
              quoted(from),
              quoted(what),
              why == null ? "" : " why=" + quoted(why),
              quoted(result));
    }

    /** In one line and in quotes, whatever somebody has put into it. */
    private static String quoted(String text) {
      StringBuilder quoted = new StringBuilder("\"");
      text.codePoints()
          .limit(LONGEST)
          .forEach(
              c -> {
                if (c == '"' || c == '\\') {
                  quoted.append('\\').appendCodePoint(c);
                } else if (shown(c)) {
                  quoted.appendCodePoint(c);
                } else {
                  quoted.append("\\u%04x".formatted(c));
                }
              });
      return quoted.append(text.length() > LONGEST ? "...\"" : "\"").toString();
    }

    private static boolean shown(int c) {
      return switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE ->
            false;
        default -> true;
      };
    }
  }

  /** It was done, or tried by somebody who may. */
  public void done(Line line) {
    LOG.info("{}", line);
  }

  /** It was refused. */
  public void refused(Line line) {
    int left = withheldBefore(line.from());
    if (left < 0) {
      return;
    }
    if (left > 0) {
      LOG.warn("{} further refusals were not told in the last minute", left);
    }
    LOG.warn("{}", line);
  }

  /** How many were withheld in the minute before; negative where this one is. */
  private synchronized int withheldBefore(String from) {
    int before = 0;
    if (nanos.getAsLong() - minuteBegan >= TimeUnit.MINUTES.toNanos(1)) {
      minuteBegan = nanos.getAsLong();
      before = withheld;
      told.clear();
      toldInAll = 0;
      withheld = 0;
    }
    if (toldInAll >= REFUSALS || told.merge(from, 1, Integer::sum) > REFUSALS_OF_AN_ADDRESS) {
      withheld++;
      return -1;
    }
    toldInAll++;
    return before;
  }
}

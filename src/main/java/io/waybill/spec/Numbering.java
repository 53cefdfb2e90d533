package io.waybill.spec;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * That a lane follows the numbers of an operation's messages.
 *
 * @param number yields the number
 * @param first the first number of a lane
 * @param patience how long a message waits for missing numbers; null for without end
 * @param then what happens after that time
 * @param twice what happens to a message whose number came before in another one
 * @param past what happens to a message whose number is not waited for any more
 */
public record Numbering(
    Expression number,
    long first,
    @Nullable Duration patience,
    Then then,
    Stray twice,
    Stray past) {

  /** What happens when missing numbers have not come in time. */
  public enum Then {
    /** The lane waits for a person, and says so. */
    HOLD,
    /** The lane goes on without them. */
    SKIP,
    /** The message that waits for them fails. */
    FAIL;

    /** As written in the specification. */
    public String specName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What happens to a message whose number does not fit; the strictest first. */
  public enum Stray {
    /** It fails, and holds no lane. */
    FAIL,
    /** It is closed unposted. */
    SKIP,
    /** It goes on without its number, at the end of its lanes. */
    POST;

    /** As written in the specification. */
    public String specName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

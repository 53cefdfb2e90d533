package io.waybill.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the journal keeps of a link.
 *
 * @param name its name
 * @param seen what its probe saw last; null before the first probe
 * @param declared that a person declared it down; null where its probe decides
 */
public record LinkState(String name, @Nullable Seen seen, @Nullable Declared declared) {

  /**
   * What a probe saw.
   *
   * @param up whether the link is there
   * @param since since when that is so
   * @param detail what was seen
   */
  public record Seen(boolean up, Instant since, @Nullable String detail) {}

  /** Who declared it down, when and why. */
  public record Declared(Instant at, String who, String why) {}

  /** A link that was never probed. */
  public static LinkState unknown(String name) {
    return new LinkState(name, null, null);
  }

  /** Whether messages that need it may be posted. */
  public boolean up() {
    return declared == null && seen != null && seen.up();
  }

  /** Why it is not up, in words; null where it is. */
  public @Nullable String trouble() {
    if (declared != null) {
      return "declared down by %s: %s".formatted(declared.who(), declared.why());
    }
    if (seen == null) {
      return "it was not probed yet; a route from waybill:link:%s does that".formatted(name);
    }
    return seen.up() ? null : seen.detail();
  }
}

package io.waybill.spec;

import java.util.List;

/**
 * A link that messages of an operation need.
 *
 * @param name its name
 * @param when all of these have to hold for a message to need it; empty for always
 */
public record NeededLink(String name, List<Condition> when) {

  /** Needed under these conditions. */
  public NeededLink {
    when = List.copyOf(when);
  }
}

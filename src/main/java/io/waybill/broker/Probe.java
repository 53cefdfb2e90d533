package io.waybill.broker;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The probe of a link: a route consuming {@code waybill:link:NAME}, or a simulated one. */
public interface Probe {

  /**
   * Looks whether the link is there. May block the calling thread; the answer may also come later
   * from another one.
   *
   * @param answer told once: null where the link is there, else what was seen instead
   */
  void probe(Consumer<@Nullable String> answer);
}
